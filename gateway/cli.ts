import type { Command } from 'commander';
import { baseProgram, runProgram } from './commands/program.ts';

/** Each command with what adds it. Only what is called is loaded: a start must not wait for modules of another command. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  start: async () => (await import('./commands/start.ts')).addStartCommand,
  check: async () => (await import('./commands/check.ts')).addCheckCommand,
  token: async () => (await import('./commands/token.ts')).addTokenCommand,
  user: async () => (await import('./commands/user.ts')).addUserCommand,
  export: async () => (await import('./commands/export.ts')).addExportCommand,
  explain: async () => (await import('./commands/explain.ts')).addExplainCommand,
  influx: async () => (await import('./commands/influx.ts')).addInfluxCommand,
  replay: async () => (await import('./commands/replay.ts')).addReplayCommand,
  registry: async () => (await import('./commands/registry.ts')).addRegistryCommand,
  provision: async () => (await import('./commands/provision.ts')).addProvisionCommand,
  claims: async () => (await import('./commands/claims.ts')).addClaimsCommand,
  detect: async () => (await import('./commands/detect.ts')).addDetectCommand,
  rates: async () => (await import('./commands/rates.ts')).addRatesCommand,
  verify: async () => (await import('./commands/verify.ts')).addVerifyCommand,
  decode: async () => (await import('./commands/decode.ts')).addDecodeCommand,
  hub: async () => (await import('./commands/hub.ts')).addHubCommand,
  backup: async () => (await import('./commands/backup.ts')).addBackupCommand,
  restore: async () => (await import('./commands/restore.ts')).addRestoreCommand,
  watchdog: async () => (await import('./commands/watchdog.ts')).addWatchdogCommand,
};

const program = baseProgram().addHelpText(
  'after',
  `
Exit codes: 0 done, 1 failed, 2 the call or the configuration has to be mended.

Examples:
  infusion-gateway start
  infusion-gateway check --config gateway.toml
  infusion-gateway token add --name "night desk" --role nurse
  infusion-gateway export --format csv --pump pump-1 > readings.csv`,
);

const all = Object.keys(commands);
const called = process.argv.slice(2).filter((word) => Object.hasOwn(commands, word));
for (const name of called.length > 0 ? all.filter((each) => called.includes(each)) : all) {
  (await commands[name]?.())?.(program);
}

program.hook('postAction', async (_program, command) => {
  if (called[0] !== 'start') await (await import('./commands/audited.ts')).auditCommand(command);
});
await runProgram(program);
