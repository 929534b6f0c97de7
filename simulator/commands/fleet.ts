import { randomUUID } from 'node:crypto';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { type DurationMs, seconds } from '#kernel/time.ts';
import { Fleet } from '../fleet.ts';
import { holdOpen } from '../hold-open.ts';
import { type Metered, MeteredTransport } from '../metered-transport.ts';
import { PooledTransport } from '../pooled-transport.ts';
import { mixedFleet } from '../stories/mixed-fleet.ts';
import { truthText } from '../truth.ts';
import type { Io } from './io.ts';
import { LineFile } from './line-file.ts';
import { readText, type TransportArguments, transportOf } from './transport-of.ts';

export interface FleetArguments extends TransportArguments {
  readonly pumps: number;
  readonly interval: DurationMs;
  /** Connections that the hubs share; one a hub when absent. */
  readonly pool?: number;
  readonly troubleEvery?: DurationMs;
  readonly duration?: DurationMs;
  readonly seed?: number;
  readonly prefix?: string;
  readonly truth?: string;
  readonly json?: boolean;
}

/** Kept for what a gateway may ask again; 72 h of ten thousand pumps would not fit into memory. */
const KEPT_READINGS = 60;
/** A broker's queue of new connections is short. */
const CONNECTS_PER_SECOND = 1_500;
const PROGRESS = seconds(1);
const HOUR_MS = 3_600_000;

interface Summary {
  readonly pumps: number;
  readonly hubs: number;
  readonly online: number;
  readonly seconds: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly per_second: number;
  readonly waiting: number;
  readonly disconnects: number;
  readonly worst_p99_ms: number;
}

/** Runs a large fleet and shows how it goes. Answers 1 when readings were left over or no hub ever came online. */
export async function fleetCommand(args: FleetArguments, io: Io, signal: AbortSignal): Promise<number> {
  const clock = new SystemClock();
  const seed = args.seed ?? Math.floor(systemRandom() * 2 ** 31);
  const story = mixedFleet({
    pumps: args.pumps,
    intervalS: args.interval / 1_000,
    seed,
    ...(args.prefix !== undefined && { prefix: args.prefix }),
    ...(args.troubleEvery !== undefined && { troubleEveryHours: args.troubleEvery / HOUR_MS }),
    ...(args.duration !== undefined && { horizonS: args.duration / 1_000 }),
  });
  const transport = new MeteredTransport(innerTransport(args, clock), clock);
  const truth = args.truth === undefined ? undefined : new LineFile(args.truth, true);
  const everOnline = new Set<string>();
  let disconnects = 0;
  const fleet = new Fleet({
    story,
    seed,
    transport,
    clock,
    newBoot: randomUUID,
    idRandom: systemRandom,
    historyLimit: KEPT_READINGS,
    connectsPerSecond: CONNECTS_PER_SECOND,
    ...(args.duration !== undefined && { untilS: args.duration / 1_000 }),
    onEvent: (event) => {
      if (event.kind === 'online') everOnline.add(event.hub);
      else if (event.kind === 'offline' && event.reason !== 'stopped') disconnects += 1;
    },
    ...(truth && { truth: (line) => truth.write(truthText(line)) }),
  });
  if (!args.json) io.out(`${story.title}, a reading every ${args.interval / 1_000} s, seed ${seed}. Ctrl-C stops.\n`);
  const began = clock.monotonic();
  let last: Metered = transport.look();
  let worstP99Ms = 0;
  const progress = clock.every(PROGRESS, 'progress', () => {
    const now = transport.look();
    worstP99Ms = Math.max(worstP99Ms, now.p99Ms);
    const online = fleet.hubs.reduce((sum, hub) => sum + (hub.online ? 1 : 0), 0);
    io.err(progressLine(args, now, now.acknowledged - last.acknowledged, online, fleet.hubs.length));
    last = now;
  });
  const release = holdOpen();
  try {
    fleet.start();
    await untilOver(clock, args, signal);
    await fleet.stop();
  } finally {
    progress.cancel();
    release();
    truth?.close();
  }
  const total = transport.look();
  const took = (clock.monotonic() - began) / 1_000;
  const summary: Summary = {
    pumps: args.pumps,
    hubs: fleet.hubs.length,
    online: everOnline.size,
    seconds: Math.round(took * 10) / 10,
    sent: total.sent,
    acknowledged: total.acknowledged,
    per_second: Math.round(total.acknowledged / took),
    waiting: fleet.hubs.reduce((sum, hub) => sum + hub.waiting, 0),
    disconnects,
    worst_p99_ms: Math.round(worstP99Ms * 10) / 10,
  };
  io.out(args.json ? `${JSON.stringify(summary)}\n` : words(summary));
  return !signal.aborted && (summary.online === 0 || summary.waiting > 0) ? 1 : 0;
}

function innerTransport(args: FleetArguments, clock: SystemClock) {
  const { pool, connect, username, password, ca, prefix = '' } = args;
  if (pool === undefined) return transportOf(args, clock);
  return new PooledTransport({
    url: connect,
    connections: pool,
    clientId: `${prefix}pump-sim-${randomUUID().slice(0, 8)}`,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca: readText(ca) }),
  });
}

async function untilOver(clock: SystemClock, { duration }: FleetArguments, signal: AbortSignal): Promise<void> {
  if (duration !== undefined) await clock.sleep(duration, signal).catch(() => {});
  else if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function progressLine({ json }: FleetArguments, now: Metered, perSecond: number, online: number, hubs: number): string {
  const { sent, acknowledged, inFlight, p50Ms, p99Ms } = now;
  if (json) {
    return `${JSON.stringify({ sent, acknowledged, in_flight: inFlight, per_second: perSecond, p50_ms: p50Ms, p99_ms: p99Ms, online })}\n`;
  }
  return (
    `${online}/${hubs} hubs online; sent ${sent}, acknowledged ${acknowledged} (${perSecond}/s), ` +
    `in flight ${inFlight}, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms\n`
  );
}

const words = (summary: Summary): string =>
  `${summary.acknowledged} of ${summary.sent} messages acknowledged in ${summary.seconds} s, ${summary.per_second} a second; ` +
  `${summary.waiting} readings left. ${summary.online} of ${summary.hubs} hubs came online, ${summary.disconnects} links broke. ` +
  `Worst p99 of a second ${summary.worst_p99_ms} ms.\n`;
