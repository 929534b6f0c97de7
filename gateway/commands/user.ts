import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { signInLink } from '#api/sign-in-link.ts';
import type { Role } from '#model/role.ts';
import { roles } from '#model/role.ts';
import { configOf, print, withAccess } from './common.ts';
import { agencyHelp, roleOption } from './token.ts';

export function addUserCommand(program: Command): void {
  const user = program.command('user').description('people who sign in; works whether the gateway is running or not');
  user
    .command('add')
    .description('let a person sign in with name and password; the password is read from standard input')
    .requiredOption('--name <name>')
    .requiredOption('--role <role>', roles.join(', '), roleOption)
    .option('--agency <id>', agencyHelp)
    .action(async (options: { name: string; role: Role; agency?: string }, command: Command) => {
      const config = configOf(command);
      const password = await firstLine();
      await withAccess(config, (access) =>
        access.addUser(options.name, options.role, password, options.agency ?? null),
      );
      await print(`${options.name} may sign in\n`);
    });
  user
    .command('link')
    .description('print a one-time sign-in link for a person')
    .requiredOption('--name <name>')
    .requiredOption('--role <role>', roles.join(', '), roleOption)
    .option('--agency <id>', agencyHelp)
    .action(async (options: { name: string; role: Role; agency?: string }, command: Command) => {
      const config = configOf(command);
      const token = await withAccess(config, (access) =>
        access.addLink(options.name, options.role, { agency: options.agency ?? null }),
      );
      await print(`${signInLink(`http://${config.http.host}:${config.http.port}`, token)}\n`);
    });
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}
