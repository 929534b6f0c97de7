import type { Command } from 'commander';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { createLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis, minutes, seconds } from '#kernel/time.ts';
import { type ContactPoint, contactChannels } from '#model/contact.ts';
import type { Channel, Message } from '#notify/channel.ts';
import { messageId } from '#notify/message-maker.ts';
import { defaultWatchdogLimits, Watchdog, type WatchdogLimits } from '#notify/watchdog.ts';
import { CanaryHub, type CanaryHubOptions } from '../canary-hub.ts';
import type { Config } from '../config/schema.ts';
import { openChannels } from '../notify-channels.ts';
import { pem } from '../pem.ts';
import { WatchdogServer } from '../watchdog-server.ts';
import { configOf, print } from './common.ts';

export function addWatchdogCommand(program: Command): void {
  program
    .command('watchdog')
    .description('watch a gateway from a process of its own, and page when it is silent or its audit fails')
    .addHelpText(
      'after',
      `
Give it a configuration of its own, best on another machine: its own mail and phone account under [notify], and
  [watchdog]
  host = "127.0.0.1"
  port = 8090
  secret = "…"                              the same as in the gateway's configuration
  to = ["email:ops@example.org", "sms:+12025550100"]
The gateway is told of it with INFUSION_WATCHDOG_URL and INFUSION_WATCHDOG_SECRET.`,
    )
    .action(async (_options: object, command: Command) => {
      const config = configOf(command);
      const { host = '127.0.0.1', port = 8090, secret, to = [], silenceSeconds } = config.watchdog;
      if (secret === undefined || to.length === 0) {
        throw new GatewayError('config-invalid', 'A watchdog needs watchdog.secret and watchdog.to.');
      }
      const clock = new SystemClock();
      const log = createLogger(config.logLevel);
      const { channels } = openChannels(config.notify, new MemoryStateStore(), clock, async () => {});
      const points = to.map(pointOf);
      for (const { channel } of points) {
        if (!channels.some(({ kind }) => kind === channel))
          throw new GatewayError('config-invalid', `${channel} is not set up.`);
      }
      const silence = silenceSeconds === undefined ? defaultWatchdogLimits.silence : seconds(silenceSeconds);
      const canary = openCanary(config.watchdog, clock, {
        onArrived: () => watchdog.canaryArrived(),
        onError: (error) => log.warn({ reason: messageOf(error) }, 'the synthetic alarm'),
      });
      const watchdog = new Watchdog({
        clock,
        limits: { ...defaultWatchdogLimits, silence, ...canaryLimits(config.watchdog) },
        page: async (problem) => {
          log.error({ problem }, 'the watchdog pages');
          await pageAll(channels, points, messageOfProblem(problem, clock.wall(), config.notify.agency));
        },
        sendCanary: async () => canary?.alarm(),
        onError: (error) => log.error({ reason: messageOf(error) }, 'the watchdog could not do its work'),
      });
      const server = new WatchdogServer(watchdog, secret, clock);
      const url = await server.listen(host, port);
      watchdog.start();
      await print(`ready ${url}\n`);
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      watchdog.stop();
      await canary?.close();
      await server.close();
      process.exit(0);
    });
}

type WatchdogConfig = Config['watchdog'];

function openCanary(
  { canaryHub: hub, canaryMqttUrl: url, canaryPassword: password, canaryCa: ca }: WatchdogConfig,
  clock: SystemClock,
  hear: Pick<CanaryHubOptions, 'onArrived' | 'onError'>,
): CanaryHub | null {
  if (hub === undefined || url === undefined) return null;
  const secrets = { ...(password !== undefined && { password }), ...(ca !== undefined && { ca: pem(ca) }) };
  return new CanaryHub({ url, hub, clock, ...secrets, ...hear });
}

/** One that takes longer than until the next is lost. */
function canaryLimits({
  canaryMqttUrl,
  canarySeconds,
}: WatchdogConfig): Pick<WatchdogLimits, 'canaryEvery' | 'canaryLimit'> {
  const { canaryLimit } = defaultWatchdogLimits;
  if (canaryMqttUrl === undefined) return { canaryEvery: null, canaryLimit };
  const canaryEvery = canarySeconds === undefined ? defaultWatchdogLimits.canaryEvery : seconds(canarySeconds);
  return { canaryEvery, canaryLimit: millis(Math.min(canaryLimit, canaryEvery ?? canaryLimit)) };
}

const codes = {
  'gateway-silent': 'GATEWAY-DOWN',
  'audit-failed': 'GATEWAY-STUCK',
  'canary-lost': 'GATEWAY-LOST',
  well: 'GATEWAY',
} as const;

function messageOfProblem(problem: keyof typeof codes, at: number, agency: string): Omit<Message, 'points'> {
  return {
    id: messageId(`watchdog ${problem} ${at}`),
    kind: problem === 'well' ? 'resolved' : 'page',
    priority: 'technical',
    codes: [codes[problem]],
    count: 1,
    at,
    callbackUrl: null,
    language: 'en',
    zone: Temporal.Now.timeZoneId(),
    agency,
    link: null,
    replyLink: null,
    ttlMs: minutes(60),
    hub: null,
  };
}

/** By every means at once. One that gets through is enough; none is an error, and is tried again. */
async function pageAll(
  channels: readonly Channel[],
  points: readonly ContactPoint[],
  message: Omit<Message, 'points'>,
): Promise<void> {
  const results = await Promise.all(
    points.map(async (point) => {
      const channel = channels.find(({ kind }) => kind === point.channel);
      return channel?.send({ ...message, points: [point] }, AbortSignal.timeout(millis(15_000)));
    }),
  );
  if (results.some((one) => one?.result === 'accepted')) return;
  throw new Error(results.map((one) => (one?.result === 'failed' ? one.problem : '')).join('; '));
}

function pointOf(text: string): ContactPoint {
  const [kind = '', ...rest] = text.split(':');
  const channel = contactChannels.find((one) => one === kind);
  if (channel === undefined) throw new GatewayError('config-invalid', `watchdog.to: ${kind} is no channel.`);
  return { id: text, channel, address: rest.join(':'), secret: null, addedAt: 0, confirmedAt: 0 };
}
