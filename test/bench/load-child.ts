import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { runLoad } from '#simulator/load.ts';
import { percentile } from './bench.ts';
import type { LoadFigures, LoadTask } from './load-process.ts';

/** Longest wait for the first PUBACKs of all hubs and for the last ones. */
const LIMIT_MS = 60_000;

const task: LoadTask = JSON.parse(process.argv[2] ?? '');
const clock = new SystemClock();
const over = new AbortController();
const silent = new Set(Array.from({ length: task.hubs }, (_, i) => `load-${task.hubs}-hub-${i + 1}`));
const latencies: number[] = [];
let from = Number.POSITIVE_INFINITY;

/** The measured time begins when every hub has been heard, so that opening links is no part of it. */
function heard(hub: string): void {
  if (silent.size === 0 || !silent.delete(hub) || silent.size > 0) return;
  from = clock.monotonic() + task.warmMs;
  clock.after(millis(task.warmMs + task.measureMs), 'measured', () => over.abort());
}

const report = await runLoad(
  {
    host: '127.0.0.1',
    port: task.port,
    clock,
    random: systemRandom,
    connections: task.hubs,
    readingsPerMessage: task.readingsPerMessage,
    window: task.window,
    duration: millis(LIMIT_MS),
    drain: millis(LIMIT_MS),
    prefix: `load-${task.hubs}-`,
    ...(task.messagesPerSecond !== undefined && { messagesPerSecond: task.messagesPerSecond }),
    onAcknowledged: ({ hub, latencyMs }) => {
      heard(hub);
      const at = clock.monotonic();
      if (at >= from && at < from + task.measureMs) latencies.push(latencyMs);
    },
  },
  over.signal,
);
if (silent.size > 0) throw new Error(`${silent.size} hubs were never answered; nothing was measured.`);

const messagesPerSecond = (latencies.length * 1_000) / task.measureMs;
const figures: LoadFigures = {
  messagesPerSecond,
  readingsPerSecond: messagesPerSecond * task.readingsPerMessage,
  p50Ms: percentile(latencies, 0.5),
  p99Ms: percentile(latencies, 0.99),
  maxMs: percentile(latencies, 1),
  sentMessages: report.sentMessages,
  acknowledgedMessages: report.acknowledgedMessages,
  worstBehind: report.worstBehind,
  acknowledged: report.acknowledged,
};
process.send?.(figures);
