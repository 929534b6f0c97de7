import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { runLoad } from '#simulator/load.ts';
import { percentile } from './bench.ts';
import type { LoadFigures, LoadTask } from './load-process.ts';

const task: LoadTask = JSON.parse(process.argv[2] ?? '');
const clock = new SystemClock();
const began = clock.monotonic();
const from = began + task.warmMs;
const to = from + task.measureMs;
const latencies: number[] = [];

const report = await runLoad({
  host: '127.0.0.1',
  port: task.port,
  clock,
  random: systemRandom,
  connections: task.hubs,
  readingsPerMessage: task.readingsPerMessage,
  window: task.window,
  duration: millis(task.warmMs + task.measureMs),
  prefix: `load-${task.hubs}-`,
  ...(task.messagesPerSecond !== undefined && { messagesPerSecond: task.messagesPerSecond }),
  onAcknowledged: ({ latencyMs }) => {
    const at = clock.monotonic();
    if (at >= from && at < to) latencies.push(latencyMs);
  },
});

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
};
process.send?.(figures);
