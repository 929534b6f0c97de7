import { refusalCodes } from '#codec/refusal.ts';
import { errorKinds } from '#kernel/errors.ts';

const whose = {
  sender: 'who sent it',
  operator: 'who runs the gateway',
  peer: 'a server beside it',
  gateway: 'the gateway',
} as const;

/** docs/errors.md as it must be: the tables of the code, for people. */
export function errorsPage(): string {
  const errors = Object.entries(errorKinds).map(
    ([code, { fault, retry, says, next }]) => `| \`${code}\` | ${says} | ${whose[fault]} | ${retry} | ${next} |`,
  );
  const refusals = Object.entries(refusalCodes).map(([code, says]) => `| \`${code}\` | ${says} |`);
  return `# Errors and refusals

Codes are stable; words may change. Retry: \`transient\` try again, \`ambiguous\` it may have happened, so repeat only what
may be done twice, \`permanent\` do not repeat.

## Errors

| code | what happened | who can mend it | retry | what to do |
| --- | --- | --- | --- | --- |
${errors.join('\n')}

## Why input is refused

A refused message or reading is acknowledged once its record in the quarantine is on disk, so that its sender does not
send it for ever. \`GET /api/v1/quarantine\` shows it.

| code | why |
| --- | --- |
${refusals.join('\n')}
`;
}
