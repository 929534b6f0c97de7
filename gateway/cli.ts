import { addCheckCommand } from './commands/check.ts';
import { addClaimsCommand } from './commands/claims.ts';
import { addDecodeCommand } from './commands/decode.ts';
import { addDetectCommand } from './commands/detect.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addExportCommand } from './commands/export.ts';
import { addHubCommand } from './commands/hub.ts';
import { addInfluxCommand } from './commands/influx.ts';
import { baseProgram, runProgram } from './commands/program.ts';
import { addProvisionCommand } from './commands/provision.ts';
import { addRatesCommand } from './commands/rates.ts';
import { addRegistryCommand } from './commands/registry.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addStartCommand } from './commands/start.ts';
import { addTokenCommand } from './commands/token.ts';
import { addUserCommand } from './commands/user.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addWatchdogCommand } from './commands/watchdog.ts';

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

addStartCommand(program);
addCheckCommand(program);
addTokenCommand(program);
addUserCommand(program);
addExportCommand(program);
addExplainCommand(program);
addInfluxCommand(program);
addReplayCommand(program);
addRegistryCommand(program);
addProvisionCommand(program);
addClaimsCommand(program);
addDetectCommand(program);
addRatesCommand(program);
addVerifyCommand(program);
addDecodeCommand(program);
addHubCommand(program);
addWatchdogCommand(program);

await runProgram(program);
