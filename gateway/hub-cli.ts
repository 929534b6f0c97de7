import { parseArgs } from 'node:util';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { sayFailure } from './commands/failure.ts';
import { runHub } from './hub-agent/run-hub.ts';

/** `infusion-gateway hub` on a small computer: nothing is loaded that a hub does not need, not even the command line of the rest. */
const HELP = `Usage: infusion-gateway hub --config FILE [--check]

Runs a home hub: reads pumps on serial lines and reports to a gateway. It commands no pump.

Options:
  --config FILE  configuration of this hub, TOML or JSON
  --check        only read the configuration and say what is wrong with it
  -h, --help     display help for command

docs/home-hub.md describes the configuration.
Exit codes: 0 done, 1 failed, 2 the call or the configuration has to be mended.
`;

try {
  const { config, check, help } = options();
  if (help) process.stdout.write(HELP);
  else await runHub(config, check ?? false);
} catch (error) {
  sayFailure(error);
}

function options() {
  try {
    return parseArgs({
      args: process.argv.slice(3),
      options: { config: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new GatewayError('config-invalid', `\n  ${messageOf(error)}`, { cause: error });
  }
}
