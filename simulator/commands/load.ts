import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import type { DurationMs } from '#kernel/time.ts';
import { runLoad } from '../load.ts';
import { type Io, UsageError } from './io.ts';

export interface LoadArguments {
  readonly connect: string;
  readonly username?: string;
  readonly password?: string;
  readonly connections: number;
  readonly pumpsPerConnection: number;
  readonly readings: number;
  readonly window: number;
  readonly rate?: number;
  readonly duration: DurationMs;
  readonly prefix: string;
  readonly reconnect?: boolean;
  readonly json?: boolean;
}

const DEFAULT_PORT = 1883;

/** Runs a load and prints what came of it. Answers the exit status: 1 when a message was left unacknowledged. */
export async function loadCommand(args: LoadArguments, io: Io, signal: AbortSignal): Promise<number> {
  const url = new URL(args.connect);
  if (url.protocol !== 'mqtt:') throw new UsageError('A load speaks plain MQTT only: write mqtt://host:port.');
  const report = await runLoad(
    {
      host: url.hostname,
      port: url.port === '' ? DEFAULT_PORT : Number(url.port),
      clock: new SystemClock(),
      random: systemRandom,
      connections: args.connections,
      pumpsPerConnection: args.pumpsPerConnection,
      readingsPerMessage: args.readings,
      window: args.window,
      duration: args.duration,
      prefix: args.prefix,
      reconnect: args.reconnect ?? false,
      ...(args.rate !== undefined && { messagesPerSecond: args.rate }),
      ...(args.username !== undefined && { username: args.username }),
      ...(args.password !== undefined && { password: args.password }),
    },
    signal,
  );
  const left = report.sentMessages - report.acknowledgedMessages;
  if (args.json)
    io.out(
      `${JSON.stringify({ ...report, acknowledged: undefined, unacknowledged: undefined, unacknowledgedMessages: left })}\n`,
    );
  else {
    const { p50Ms, p99Ms, maxMs } = report.latency;
    io.out(
      `${report.acknowledgedMessages} messages acknowledged, ${Math.round(report.messagesPerSecond)} a second ` +
        `(${Math.round(report.readingsPerSecond)} readings a second); ${left} not acknowledged.\n` +
        `Acknowledgement: median ${p50Ms.toFixed(2)} ms, 99 % within ${p99Ms.toFixed(2)} ms, worst ${maxMs.toFixed(2)} ms.\n` +
        `${report.breaks} links broke, ${report.resentMessages} messages were sent again.\n`,
    );
  }
  return left === 0 ? 0 : 1;
}
