import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { Hub } from '#simulator/hub.ts';
import { freePort } from '#support/free-port.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { alertsOf, systemOf } from '#support/gateway-truth.ts';
import { JournalLedger } from '#support/journal-ledger.ts';
import { PseudoTerminals } from '#support/pseudo-terminals.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { SerialTransport } from '#uplink/serial-transport.ts';

const clock = new SystemClock();
const EVERY = millis(10);
const KILLS = 2;

/** A hub with two pumps that records without pause, and what it was promised. */
class BusyHub {
  readonly hub: Hub;
  readonly pumps: readonly string[];
  readonly recorded = new Map<string, number>();
  readonly #timer: { cancel(): void };

  constructor(id: string, path: string) {
    this.pumps = [`${id}-a`, `${id}-b`];
    this.hub = new Hub({
      id,
      firmware: 'twin-1',
      pumps: this.pumps.map((pump) => ({ id: pump, model: 'infusomat-space', serial: pump })),
      transport: new SerialTransport({ path, baud: 115_200, clock, repeatAfter: millis(200) }),
      clock,
      random: systemRandom,
      newBoot: randomUUID,
    });
    this.hub.start();
    this.#timer = clock.every(EVERY, 'record', () => {
      for (const pump of this.pumps) {
        const seq = this.hub.record(pump, { state: 'infusing', rateMlH: 9, alarms: [] });
        this.recorded.set(pump, seq + 1);
      }
    });
  }

  get readings(): number {
    return [...this.recorded.values()].reduce((sum, count) => sum + count, 0);
  }

  get acknowledged(): number {
    return this.readings - this.hub.waiting;
  }

  /** Records one last reading, with an alarm. */
  alarm(): void {
    this.#timer.cancel();
    const [pump = ''] = this.pumps;
    this.recorded.set(
      pump,
      1 + this.hub.record(pump, { state: 'stopped', alarms: [{ code: 'occlusion-downstream' }] }),
    );
  }

  cut(): void {
    this.#timer.cancel();
    this.hub.cut();
  }
}

it('cables pulled and the gateway killed on the way: nothing acknowledged over a serial line is lost or doubled', {
  timeout: 120_000,
}, async () => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const cable = await PseudoTerminals.plugged();
  cleanup.defer(() => cable.close());
  const overTcp = await PseudoTerminals.plugged(await freePort());
  cleanup.defer(() => overTcp.close());
  const gateway = await GatewayProcess.start(dir.path, {
    INFUSION_SERIAL_PATHS: `${cable.gatewayEnd},${overTcp.gatewayEnd}`,
  });
  cleanup.defer(() => gateway.kill());
  const token = await gateway.token();
  const hubs = [new BusyHub('hub-1', cable.hubEnd), new BusyHub('hub-2', overTcp.hubEnd)];
  cleanup.defer(() => {
    for (const hub of hubs) hub.cut();
  });
  const more = async (readings: number) => {
    const from = hubs.map((hub) => hub.acknowledged);
    await until('more acknowledgements', () => hubs.every((hub, i) => hub.acknowledged >= (from[i] ?? 0) + readings));
  };
  const ledger = new JournalLedger(dir.file('journal.db'));

  for (let kill = 1; kill <= KILLS; kill += 1) {
    await more(100);
    await gateway.kill();
    // Acknowledgements that were on the way have arrived by now or never will.
    const promised = hubs.map((hub) => hub.acknowledged);
    ledger.readOn();
    for (const [i, hub] of hubs.entries()) {
      const stored = hub.pumps.reduce((sum, pump) => sum + (ledger.perPump.get(pump) ?? 0), 0);
      expect(stored).toBeGreaterThanOrEqual(promised[i] ?? 0);
    }
    await cable.pull();
    await gateway.start();
    await until('the missing line to be told', async () => {
      const { serial, problems } = await systemOf(gateway, token);
      return serial[0]?.problem != null && problems.some(({ code }) => code === 'serial-line');
    });
    // One line that is away keeps the gateway from nothing else.
    expect((await fetch(`${gateway.httpUrl}/readyz`)).status).toBe(200);
    await cable.plug();
  }

  await more(50);
  await cable.pull();
  await until('the pulled cable to be noticed', () => !hubs[0]?.hub.online);
  await cable.plug();
  for (const hub of hubs) hub.alarm();
  await until('everything to be acknowledged', () => hubs.every(({ hub }) => hub.waiting === 0), 30_000);

  ledger.readOn();
  expect(ledger.faults).toEqual([]);
  const recorded = hubs.flatMap((hub) => [...hub.recorded]);
  expect(Object.fromEntries(ledger.perPump)).toEqual(Object.fromEntries(recorded));
  await until('the alerts', async () => {
    const alerts = await alertsOf(gateway, token, 'open');
    return hubs.every(({ pumps }) => alerts.some(({ pump, code }) => pump === pumps[0] && /occlusion/.test(code)));
  });
  const { serial, problems } = await systemOf(gateway, token);
  expect(serial.map(({ state, problem }) => [state, problem])).toEqual([
    ['open', null],
    ['open', null],
  ]);
  expect(problems.map(({ code }) => code)).not.toContain('serial-line');
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
  expect(metrics).toContain(`infusion_serial_open{port="${cable.gatewayEnd}"} 1`);
});
