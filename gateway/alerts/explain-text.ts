import { isoUtc, wallMs } from '#kernel/time.ts';
import type { AppliedRule, Explanation } from '#model/explanation.ts';
import type { Delivery } from '#model/paging.ts';
import { spoken } from './words.ts';

const sources: Readonly<Record<AppliedRule['source'], string>> = {
  pump: 'the pump declared it',
  readings: 'derived from the readings of the pump',
  silence: 'derived from silence',
  gateway: 'told by the gateway itself',
};

const time = (at: number): string => isoUtc(wallMs(at)).replace('T', ' ').slice(0, 19);

/** An explanation in plain words, a line each. */
export function explanationText(explanation: Explanation): string[] {
  const { alert, rule, timeline, evidence, pages, deliveries } = explanation;
  const where = [
    alert.pump === null ? null : `pump ${alert.pump}`,
    alert.hub === null ? 'the gateway' : `hub ${alert.hub}`,
    alert.patient === null ? null : `patient ${alert.patient}`,
  ].filter((part) => part !== null);
  const late = alert.learnedAt - alert.since;
  const code = rule.mdcCode === null ? '' : `, IEEE 11073 code ${rule.mdcCode}`;
  const answers = timeline.filter(({ by }) => by !== null);
  return [
    `Alert ${alert.id}: ${alert.priority} ${alert.code}, ${alert.state}, ${alert.condition}, ${alert.response}`,
    `${alert.text}. On ${where.join(', ')}.`,
    `Since ${time(alert.since)} UTC, learned ${late < 1_000 ? 'at once' : `${spoken(late)} later`}.`,
    `Rule: ${sources[rule.source]}${code}; numbers of policy ${rule.policy}.`,
    '',
    'What it rests on:',
    ...lines(
      evidence,
      (entry) => `${time(entry.receivedAt)}  ${entry.kind} ${entry.offset} of hub ${entry.hub}: ${entry.told}`,
    ),
    '',
    'What happened:',
    ...lines(
      timeline,
      (event) =>
        `${time(event.at)}  ${event.kind}: ${event.reason}${event.note === null ? '' : ` Note: ${event.note}`}`,
    ),
    '',
    'Who was tried, and how far each message got:',
    ...lines(pages, (page) =>
      [
        `${time(page.at)}  ${page.kind}, step ${page.step}, to ${page.targets.map((target) => (typeof target === 'string' ? target : target.person)).join(', ')}`,
        ...deliveries
          .filter((delivery) => delivery.page === page.id)
          .map((delivery) => `    ${deliveryText(delivery)}`),
      ].join('\n  '),
    ),
    '',
    'Who answered:',
    ...lines(answers, ({ at, by, kind }) => `${time(at)}  ${by}: ${kind}`),
  ];
}

const lines = <T>(of: readonly T[], text: (one: T) => string): string[] =>
  of.length === 0 ? ['  nothing'] : of.map((one) => `  ${text(one)}`);

function deliveryText({ recipient, channel, state, changedAt, tries, problem }: Delivery): string {
  const why = problem === null ? '' : ` (${problem})`;
  return `${recipient} by ${channel}: ${state} at ${time(changedAt)}, tried ${tries} times${why}`;
}
