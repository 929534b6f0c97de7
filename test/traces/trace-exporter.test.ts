import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { Delivery } from '#model/paging.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { reading } from '#support/hub-messages.ts';
import { ProviderServer } from '#support/provider-server.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { TraceExporter } from '#traces/trace-exporter.ts';
import { page, traced } from './traced.ts';

interface Sent {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

let collector: ProviderServer;
beforeEach(async () => {
  collector = await ProviderServer.start();
});
afterEach(() => collector.stop());

const spans = (): Sent[] =>
  collector.taken.flatMap(({ body }) => {
    const { resourceSpans }: { resourceSpans: { scopeSpans: { spans: Sent[] }[] }[] } = JSON.parse(body.toString());
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans: some }) => some));
  });
const names = (): string[] => spans().map(({ name }) => name);

describe('the exporter', () => {
  let clock: VirtualClock;
  let deliveries: Delivery[];
  let exporter: TraceExporter;
  beforeEach(() => {
    clock = new VirtualClock(page.at);
    deliveries = [];
    const explain = async () => traced({ deliveries });
    exporter = new TraceExporter({ url: `${collector.url}/v1/traces`, version: '1', explain }, clock, silentLogger);
  });
  afterEach(() => exporter.stop());

  it('tells each part once, a page when its messages have left', async () => {
    exporter.heard('a');
    await clock.advance(seconds(15));
    await until('the alarm', () => names().length === 1);
    expect(names()).toEqual(['alarm occlusion-downstream']);
    deliveries = [...traced().deliveries];
    await clock.advance(seconds(15));
    await until('the page', () => names().length === 3);
    exporter.heard('a');
    await clock.advance(seconds(60));
    expect(names().sort()).toEqual(['alarm occlusion-downstream', 'page page', 'send sms']);
  });

  it('goes on when the collector does not take them', async () => {
    collector.answer = 'later';
    exporter.heard('a');
    await clock.advance(seconds(15));
    collector.answer = 'take';
    exporter.heard('a');
    deliveries = [...traced().deliveries];
    await until('the page', async () => {
      await clock.advance(seconds(5));
      return names().includes('send sms');
    });
  });
});

it('a running gateway tells how long an alarm took from its PUBLISH', { timeout: 60_000 }, async () => {
  using dir = new TempDir();
  const gateway = await GatewayProcess.start(dir.path, { INFUSION_TRACES_URL: `${collector.url}/v1/traces` });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => gateway.kill());
  const link = await RawMqtt.open(gateway.mqttPort);
  link.connect('hub-1');
  await link.next('connack');
  const at = new SystemClock().wall();
  const alarm = reading(0, { at, alarms: ['occlusion-downstream'] });
  link.publish('infusion/v1/hub-1/pump-1/readings', JSON.stringify({ boot: 'b', readings: [alarm] }));
  await link.next('puback');
  const root = await until(
    'the trace',
    () => spans().find(({ name }) => name === 'alarm occlusion-downstream'),
    40_000,
  );
  expect(root.parentSpanId).toBeUndefined();
  const tookMs = Number(BigInt(root.endTimeUnixNano) - BigInt(root.startTimeUnixNano)) / 1e6;
  expect(tookMs).toBeGreaterThanOrEqual(0);
  expect(Number(BigInt(root.startTimeUnixNano) / 1_000_000n)).toBeGreaterThanOrEqual(at);
  link.cut();
  expect(await gateway.stop()).toBe(0);
});
