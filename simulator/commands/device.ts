import { type Command, InvalidArgumentError, Option } from 'commander';
import { type PumpProtocolId, pumpProtocolIds, pumpProtocols } from '#codec/pumps/protocols.ts';
import { messageOf } from '#kernel/errors.ts';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { type DurationMs, seconds } from '#kernel/time.ts';
import { type DevicePort, openSerialPort, type PortHandlers, serveTcpPort } from '../device/device-port.ts';
import { DeviceTroubles } from '../device/device-troubles.ts';
import { DeviceWorld } from '../device/device-world.ts';
import { PumpDevice } from '../device/pump-device.ts';
import type { Heard } from '../device/voice.ts';
import { voices } from '../device/voices.ts';
import { holdOpen } from '../hold-open.ts';
import { randomFor } from '../seeds.ts';
import { count, duration, positive, seed } from './arguments.ts';
import { type Io, UsageError } from './io.ts';
import { storyOf } from './story-of.ts';

interface DeviceArguments {
  readonly protocol: PumpProtocolId;
  readonly port: string;
  readonly baud?: number;
  readonly address: number;
  readonly serial?: string;
  readonly story: string;
  readonly pump?: string;
  readonly seed?: number;
  readonly speed: number;
  readonly silent: number;
  readonly torn: number;
  readonly noise: number;
  readonly flipped: number;
  readonly slow: number;
  readonly slowBy: DurationMs;
  readonly json?: boolean;
}

/** Serial numbers of the kind that each protocol has. */
const usualSerials: Readonly<Record<PumpProtocolId, string>> = {
  ne1000: '',
  'ne1000-safe': '',
  'alaris-asena': '8002-51740',
  'terumo-te': '000100700000001201000001',
};

export function addDeviceCommand(root: Command, io: Io, signal: AbortSignal): void {
  root
    .command('device')
    .description("Play one pump on a serial line, to be asked in the pump's own protocol.")
    .addOption(new Option('--protocol <name>', 'what it speaks').choices(pumpProtocolIds).makeOptionMandatory())
    .requiredOption('--port <where>', '/dev/NAME, or tcp:PORT to listen on this machine')
    .option('--baud <n>', "speed of the port; the protocol's when absent", count)
    .option('--address <n>', 'address on the line, of protocols that have one', address, 0)
    .option('--serial <text>', 'serial number or device id, of protocols that tell it')
    .option('--story <name>', 'a name of pump-sim list, or a JSON file', 'one-syringe')
    .option('--pump <id>', 'which pump of the story; the first when absent')
    .option('--seed <n>', 'same seed, same pump and troubles; chance when absent', seed)
    .option('--speed <factor>', 'time of the story passes this much faster', positive, 1)
    .option('--silent <percent>', 'answers that are not given', percent, 0)
    .option('--torn <percent>', 'answers that break off', percent, 0)
    .option('--noise <percent>', 'answers with noise before them', percent, 0)
    .option('--flipped <percent>', 'answers with one bit wrong', percent, 0)
    .option('--slow <percent>', 'answers that come late', percent, 0)
    .option('--slow-by <time>', 'how late', duration, seconds(1))
    .option('--json', 'a JSON line for everything that was heard')
    .action((args: DeviceArguments) => deviceCommand(args, io, signal));
}

/** Runs until `signal` is aborted or the port is gone. @throws UsageError */
export async function deviceCommand(args: DeviceArguments, io: Io, signal: AbortSignal): Promise<void> {
  const clock = new SystemClock();
  const { story } = storyOf(args.story);
  const pumps = story.hubs.flatMap((hub) => hub.pumps);
  const pump = args.pump === undefined ? pumps[0] : pumps.find(({ id }) => id === args.pump);
  if (!pump) throw new UsageError(`The story has no such pump: it has ${pumps.map(({ id }) => id).join(', ')}.`);
  const chance = args.seed ?? Math.floor(systemRandom() * 2 ** 31);
  const world = new DeviceWorld(story, chance, clock, args.speed);
  const hear = (heard: Heard) => args.json && io.out(`${JSON.stringify(heard)}\n`);
  const voice = voices[args.protocol]({
    serial: args.serial ?? usualSerials[args.protocol],
    address: args.address,
    onHeard: hear,
  });
  const ended = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  let device: PumpDevice | undefined;
  const port = await openPort(args, {
    onBytes: (bytes) => device?.received(bytes),
    onLost: (reason) => {
      if (!signal.aborted) io.err(`${args.port}: ${reason}\n`);
      ended.resolve();
    },
  });
  const shares = { silentPct: args.silent, tornPct: args.torn, noisePct: args.noise, flippedPct: args.flipped };
  const troubles = new DeviceTroubles(
    { ...shares, slowPct: args.slow, slow: args.slowBy },
    randomFor(chance, pump.id, 'troubles'),
  );
  device = new PumpDevice(voice, () => world.look(pump.id), { troubles, clock, line: port });
  const release = holdOpen();
  const { title } = pumpProtocols[args.protocol];
  io.err(`${pump.id} (${pump.model}) speaks ${title} on ${args.port}, seed ${chance}. Ctrl-C stops.\n`);
  await ended.promise;
  device.stop();
  await port.close();
  release();
}

async function openPort(args: DeviceArguments, handlers: PortHandlers): Promise<DevicePort> {
  const { protocol, port, baud = pumpProtocols[protocol].baud } = args;
  const [, tcp] = /^tcp:(\d+)$/.exec(port) ?? [];
  try {
    return tcp === undefined ? await openSerialPort(port, baud, handlers) : await serveTcpPort(Number(tcp), handlers);
  } catch (error) {
    throw new UsageError(`${port} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
}

function address(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('Write a number from 0 to 99.');
  return Number(text);
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) throw new InvalidArgumentError('Write 0 to 100.');
  return value;
}
