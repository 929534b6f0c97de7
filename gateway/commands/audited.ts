import type { Command } from 'commander';
import { prepareDataDir } from '#journal/data-dir.ts';
import { isWireId } from '#kernel/ids.ts';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import type { Config } from '../config/schema.ts';
import { keysDirOf } from '../keys.ts';
import { machineUser } from '../machine-user.ts';
import { openAudit } from '../open-audit.ts';
import { configOf } from './common.ts';

/** Commands that change something in the data folder, or take something of patients out of it. */
export const auditedCommands: ReadonlySet<string> = new Set([
  'token add',
  'token remove',
  'user add',
  'user link',
  'provision hub',
  'provision pump',
  'revoke',
  'registry import',
  'registry export',
  'claims import',
  'claims list',
  'claims export',
  'claims packet',
  'claims remit',
  'claims reopen',
  'rates import',
  'export',
  'explain',
  'backup',
]);

/** Writes down what was done by the command line, under the name of the user of the machine. */
export async function auditCommand(command: Command): Promise<void> {
  const path = pathOf(command);
  if (auditedCommands.has(path)) await noteCommand(configOf(command), path, objectOf(command));
}

/** Leaves the entry of a command in the trail of a data folder. */
export async function noteCommand(
  config: Pick<Config, 'dataDir' | 'keysDir'>,
  path: string,
  object: string | null,
): Promise<void> {
  const trail = openAudit(prepareDataDir(config.dataDir), keysDirOf(config), new SystemClock(), silentLogger);
  try {
    await trail.audit.note({
      kind: 'command',
      who: machineUser(),
      role: null,
      agency: null,
      act: `command ${path}`,
      object,
      outcome: Number(process.exitCode ?? 0),
      address: null,
    });
  } finally {
    trail.close();
  }
}

/** `token add` of `infusion-gateway token add`. */
function pathOf(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one?.parent; one = one.parent) names.unshift(one.name());
  return names.join(' ');
}

/** Ids that the call named: its arguments, and whom an option is about. */
function objectOf(command: Command): string | null {
  const { patient, pump, name }: { patient?: unknown; pump?: unknown; name?: unknown } = command.opts();
  const ids = [...command.args, patient, pump, name].filter((one) => typeof one === 'string').filter(isWireId);
  return ids.length === 0 ? null : ids.join('/');
}
