import { type Command, InvalidArgumentError } from 'commander';
import { isRole, type Role, roles } from '#model/role.ts';
import { configOf, print, withAccess } from './common.ts';

export const agencyHelp = 'whose patients this person sees; without it, those of every agency';

/** A role by name, for options. */
export function roleOption(text: string): Role {
  if (isRole(text)) return text;
  throw new InvalidArgumentError(`Roles are ${roles.join(', ')}.`);
}

export function addTokenCommand(program: Command): void {
  const token = program.command('token').description('API tokens; works whether the gateway is running or not');
  token
    .command('add')
    .description('make a bearer token and print it, this once')
    .requiredOption('--name <name>', 'under which the token acts')
    .requiredOption('--role <role>', roles.join(', '), roleOption)
    .option('--agency <id>', agencyHelp)
    .option('--json', 'print {"name","role","token"}')
    .action(async (options: { name: string; role: Role; agency?: string; json?: boolean }, command: Command) => {
      const { name, role } = options;
      const made = await withAccess(configOf(command), (access) => access.addToken(name, role, options.agency ?? null));
      await print(options.json ? `${JSON.stringify({ name, role, token: made })}\n` : `${made}\n`);
    });
  token
    .command('list')
    .description('names and roles of the tokens there are')
    .option('--json', 'print {"tokens":[{"name","role","createdAt"}]}')
    .action(async (options: { json?: boolean }, command: Command) => {
      const tokens = await withAccess(configOf(command), (access) => access.tokens());
      if (options.json) return print(`${JSON.stringify({ tokens })}\n`);
      for (const { name, role } of tokens) await print(`${name}\t${role}\n`);
    });
  token
    .command('remove')
    .description('end every token of this name at once')
    .requiredOption('--name <name>')
    .action(async (options: { name: string }, command: Command) => {
      const removed = await withAccess(configOf(command), (access) => access.removeTokens(options.name));
      await print(`${removed} removed\n`);
    });
}
