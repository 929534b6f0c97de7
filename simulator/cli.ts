import { Command, CommanderError, Option } from 'commander';
import { messageOf } from '#kernel/errors.ts';
import {
  brokerUrl,
  count,
  duration,
  hubUrl,
  instant,
  notNegative,
  positive,
  seed,
  speed,
} from './commands/arguments.ts';
import { addDeviceCommand } from './commands/device.ts';
import { type FleetArguments, fleetCommand } from './commands/fleet.ts';
import { type Io, processIo, UsageError } from './commands/io.ts';
import { listCommand } from './commands/list.ts';
import { type LoadArguments, loadCommand } from './commands/load.ts';
import { type OcclusionArguments, occlusionCommand } from './commands/occlusion.ts';
import { type PlotArguments, plotCommand } from './commands/plot.ts';
import { type RunArguments, runCommand } from './commands/run.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const EXAMPLES = `
Examples:
  pump-sim run --story demo                      six pumps with troubles, to a gateway on this machine
  pump-sim run --hubs 25 --pumps-per-hub 4       a hundred pumps, nothing happens
  pump-sim run --story mine.json --truth t.jsonl a story of your own; what really happened goes to t.jsonl
  pump-sim run --speed 60 --duration 2h          the last two hours, in two minutes
  pump-sim run --story one-of-each --speed max --duration 1h --readings r.jsonl --truth t.jsonl
                                                 at once, into files, without a network
  pump-sim run --connect serial:/dev/ttyUSB0     the same hub on a serial line
  pump-sim fleet --pumps 10000 --pool 8          ten thousand pumps in mixed homes, and how it goes
  pump-sim load --connections 100 --window 50    how much the other side takes
  pump-sim occlusion --model infusomat-space --rate 100 --level 9 --json
  pump-sim plot --story kinked-milrinone --out run.svg
  pump-sim device --protocol alaris-asena --port /dev/ttyUSB1
                                                 a pump on a serial line, to be asked in its own protocol

Exit status: 0 done or stopped; 1 the time was over with readings unacknowledged, or no hub came online; 2 called wrongly.`;

/** The command line. `setExit` takes the status of the command that ran. */
function program(io: Io, signal: AbortSignal, setExit: (code: number) => void): Command {
  const root = new Command('pump-sim')
    .description(
      'Simulated infusion pumps on simulated home hubs, for rigs, detectors and load. Reports over MQTT or a serial line.',
    )
    .addHelpText('after', EXAMPLES)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });

  root
    .command('run')
    .description('Play a fleet against a gateway or broker until stopped.')
    .addOption(connectOption('broker to report to, or serial:/dev/NAME?baud=115200').argParser(hubUrl))
    .option('--username <name>', 'user name at the broker')
    .addOption(passwordOption())
    .option('--ca <file>', 'certificate authority of the broker, PEM')
    .option('--story <name>', 'none, a name of pump-sim list, or a JSON file', 'none')
    .option('--hubs <n>', 'hubs of --story none (1)', count)
    .option('--pumps-per-hub <n>', 'pumps on each (1)', count)
    .option('--prefix <text>', 'in front of the ids of --story none')
    .option('--interval <time>', 'between two readings of a pump, such as 10s', duration)
    .option('--seed <n>', 'same seed, same pumps; chance when absent', seed)
    .option('--duration <time>', 'stop after this much of the story, such as 10m', duration)
    .option(
      '--speed <factor>',
      'time passes this much faster; readings then begin --duration ago and end now. max: at once, without a network',
      speed,
      1,
    )
    .option('--start <instant>', 'when the story begins; boots then come from the seed, and a run repeats', instant)
    .option('--readings <file>', 'write each reading as a JSON line (- for standard output)')
    .option('--store <folder>', 'hubs keep readings on disk and send them after a restart')
    .option('--truth <file>', 'write what really happened as JSON lines')
    .option('--json', 'JSON lines instead of words')
    .addHelpText('after', EXAMPLES)
    .action(async (args: RunArguments) => setExit(await runCommand(args, io, signal)));

  root
    .command('fleet')
    .description('Run thousands of pumps in mixed therapies and homes, and show how it goes.')
    .requiredOption('--pumps <n>', 'how many', count)
    .option('--interval <time>', 'between two readings of a pump', duration, duration('10s'))
    .addOption(connectOption())
    .option('--username <name>', 'user name at the broker')
    .addOption(passwordOption())
    .option('--ca <file>', 'certificate authority of the broker, PEM')
    .option('--pool <n>', 'connections that all hubs share; one for each hub when absent', count)
    .option('--trouble-every <time>', 'a trouble for each pump so often on average, such as 12h', duration)
    .option('--duration <time>', 'stop after this time', duration)
    .option('--seed <n>', 'same seed, same homes; chance when absent', seed)
    .option('--prefix <text>', 'in front of the ids')
    .option('--truth <file>', 'write what really happened as JSON lines')
    .option('--json', 'JSON lines instead of words')
    .action(async (args: FleetArguments) => setExit(await fleetCommand(args, io, signal)));

  root
    .command('list')
    .description('Pump models, therapies and stories.')
    .option('--json', 'with every figure and where it comes from')
    .action((args: { json?: boolean }) => listCommand(args.json ?? false, io));

  root
    .command('plot')
    .description('Draw pressure, rate and alarms of one pump of a story, as SVG.')
    .option('--story <name>', 'a name of pump-sim list, or a JSON file', 'kinked-milrinone')
    .option('--pump <id>', 'which pump; the first when absent')
    .option('--duration <time>', 'how much of the story, such as 2h', duration)
    .option('--interval <time>', "between two readings; the story's when absent", duration)
    .option('--seed <n>', 'same seed, same picture', seed, 1)
    .requiredOption('--out <file>', 'the picture (- for standard output)')
    .action((args: PlotArguments) => plotCommand(args, io));

  root
    .command('occlusion')
    .description('Block the line of a pump and tell when it alarms.')
    .requiredOption('--model <id>', 'pump model, see: pump-sim list')
    .requiredOption('--rate <mL/h>', 'rate', positive)
    .option('--limit <mmHg>', 'pressure limit; the default of the model when absent', positive)
    .option('--level <n>', 'the limit as a level, for models that have levels', count)
    .option('--from <mmHg>', 'pressure in the line when the tap closes (0)', notNegative)
    .option('--within <time>', 'how long to wait before it counts as never (24h)', duration)
    .option('--json', 'one JSON object')
    .action((args: OcclusionArguments) => occlusionCommand(args, io));

  root
    .command('load')
    .description('Send readings as fast as the other side acknowledges them, and tell how fast that was.')
    .addOption(connectOption())
    .option('--username <name>', 'user name at the broker')
    .addOption(passwordOption())
    .option('--connections <n>', 'hubs, each a connection', count, 10)
    .option('--pumps-per-connection <n>', 'pumps on each hub', count, 1)
    .option('--readings <n>', 'readings in a message', count, 1)
    .option('--window <n>', 'messages of a connection that may wait for their acknowledgement', count, 100)
    .option('--rate <n>', 'messages a second over all connections; without it as fast as the windows let', positive)
    .option('--duration <time>', 'how long', duration, duration('10s'))
    .option('--prefix <text>', 'in front of the ids', 'load-')
    .option('--reconnect', 'open broken links again and send again what was not acknowledged')
    .option('--json', 'one JSON object')
    .action(async (args: LoadArguments) => setExit(await loadCommand(args, io, signal)));

  addDeviceCommand(root, io, signal);

  for (const command of [root, ...root.commands]) command.exitOverride().configureOutput(root.configureOutput());
  return root;
}

const connectOption = (what = 'broker to report to'): Option =>
  new Option('--connect <url>', what).default('mqtt://127.0.0.1:1883').argParser(brokerUrl);
const passwordOption = (): Option =>
  new Option('--password <password>', 'password at the broker').env('PUMP_SIM_PASSWORD');

/** A first signal stops in order, a second at once. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(EXIT_INTERRUPTED);
      stopping.abort();
    });
  }
  return stopping.signal;
}

async function main(): Promise<void> {
  try {
    const setExit = (code: number) => {
      process.exitCode = code;
    };
    await program(processIo, stopOnSignals(), setExit).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
    else {
      processIo.err(`${messageOf(error)}\n`);
      process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
    }
  }
}

await main();
