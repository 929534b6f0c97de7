import { Command, CommanderError } from 'commander';
import { errorKinds, GatewayError, messageOf } from '#kernel/errors.ts';
import { addCheckCommand } from './commands/check.ts';
import { addClaimsCommand } from './commands/claims.ts';
import { addDecodeCommand } from './commands/decode.ts';
import { addDetectCommand } from './commands/detect.ts';
import { addExportCommand } from './commands/export.ts';
import { addInfluxCommand } from './commands/influx.ts';
import { addRegistryCommand } from './commands/registry.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addStartCommand } from './commands/start.ts';
import { addTokenCommand } from './commands/token.ts';
import { addUserCommand } from './commands/user.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { version } from './version.ts';

const program = new Command('infusion-gateway')
  .description('Telemetry gateway for home infusion pumps: durable intake, time series, nurse alerts, service records.')
  .version(version)
  .option('--config <file>', 'TOML or JSON configuration file; INFUSION_… variables win over it')
  .exitOverride()
  .showHelpAfterError('(infusion-gateway --help lists the commands)')
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 the call or the configuration has to be mended.

Examples:
  infusion-gateway start
  infusion-gateway check --config gateway.toml
  infusion-gateway token add --name "night desk" --role nurse
  infusion-gateway export --format csv --pump pump-1 > readings.csv`,
  );

addStartCommand(program);
addCheckCommand(program);
addTokenCommand(program);
addUserCommand(program);
addExportCommand(program);
addInfluxCommand(program);
addReplayCommand(program);
addRegistryCommand(program);
addClaimsCommand(program);
addDetectCommand(program);
addVerifyCommand(program);
addDecodeCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}

/** Says what went wrong and what to do. commander has already said its own. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const kind = error instanceof GatewayError ? error.kind : errorKinds['gateway-fault'];
  process.stderr.write(`infusion-gateway: ${messageOf(error)}\n${kind.next}\n`);
  process.exitCode = kind.fault === 'gateway' ? 1 : 2;
}
