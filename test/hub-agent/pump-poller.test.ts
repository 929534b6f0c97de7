import { describe, expect, it } from 'vitest';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { type PumpProtocolId, pumpProtocolIds, pumpProtocols } from '#codec/pumps/protocols.ts';
import { type LineState, PumpPoller } from '#gateway/hub-agent/pump-poller.ts';
import { seededRandom } from '#kernel/random.ts';
import { millis, minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { DeviceTroubles, noTroubles, type TroubleShares } from '#simulator/device/device-troubles.ts';
import { DeviceWorld } from '#simulator/device/device-world.ts';
import { PumpDevice } from '#simulator/device/pump-device.ts';
import { voices } from '#simulator/device/voices.ts';
import { randomFor } from '#simulator/seeds.ts';
import { oneSyringeStory } from '#simulator/stories/one-syringe.ts';
import { decodedTexts, LinePair } from './line-pair.ts';

/** A poller, a device and the line between them, on a clock that moves when told. */
class Bench {
  readonly clock = new VirtualClock(1_800_000_000_000);
  readonly line = new LinePair();
  readonly readings: { readonly observation: PumpObservation; readonly urgent: boolean }[] = [];
  readonly states: LineState[] = [];
  readonly discarded: string[] = [];
  readonly poller: { start(): void; stop(): Promise<void> };

  constructor(protocol: PumpProtocolId, shares: TroubleShares = noTroubles, listenOnly = false) {
    const world = new DeviceWorld(oneSyringeStory, 3, this.clock);
    const serial = protocol === 'terumo-te' ? '0001007000' : '8002-51740';
    const device = new PumpDevice(voices[protocol]({ serial, address: 0 }), () => world.look('syringe-01'), {
      troubles: new DeviceTroubles(shares, randomFor(3, 'troubles')),
      clock: this.clock,
      line: { write: (bytes) => this.line.fromDevice(bytes) },
    });
    this.line.onHostBytes = (bytes) => device.received(bytes);
    this.poller = this.#poller(protocol, listenOnly);
    this.poller.start();
  }

  #poller(protocol: PumpProtocolId, listenOnly: boolean): { start(): void; stop(): Promise<void> } {
    const common = {
      address: 0,
      open: this.line.open,
      listenOnly,
      clock: this.clock,
      random: seededRandom(1),
      onReading: (observation: PumpObservation, urgent: boolean) => void this.readings.push({ observation, urgent }),
      onIdentity: () => {},
      onLine: (state: LineState) => void this.states.push(state),
      onDiscarded: (code: string) => void this.discarded.push(code),
    };
    switch (protocol) {
      case 'ne1000':
      case 'ne1000-safe':
        return new PumpPoller({ ...common, protocol: pumpProtocols[protocol] });
      case 'alaris-asena':
        return new PumpPoller({ ...common, protocol: pumpProtocols[protocol] });
      case 'terumo-te':
        return new PumpPoller({ ...common, protocol: pumpProtocols[protocol] });
    }
  }
}

const codes = ({ observation }: { readonly observation: PumpObservation }) =>
  observation.alarms?.map(({ code }) => code);

describe.each(pumpProtocolIds)('%s', (protocol) => {
  it('is asked nothing but questions, and tells the alarm within a poll', async () => {
    const bench = new Bench(protocol);
    await bench.clock.advance(minutes(3));
    const first = bench.readings.find((reading) => (codes(reading)?.length ?? 0) > 0);
    expect(first?.urgent).toBe(true);
    expect(codes(first ?? { observation: { state: 'off' } })).toEqual([
      protocol.startsWith('ne1000') ? 'pump-fault' : 'occlusion-downstream',
    ]);
    // Each 10 s until the alarm at about 90 s, then each second for two minutes or until it was over, and so on.
    expect(bench.readings.length).toBeGreaterThan(40);
    expect(bench.states).toEqual(['up']);
    expect(decodedTexts(protocol, bench.line.written)).toEqual(new Set(questionsOf[protocol]));
    await bench.poller.stop();
  });

  it('on a bad line gives fewer readings and no wrong ones', async () => {
    // Basic mode has no check sum: there a flipped bit may be another figure.
    const flippedPct = protocol === 'ne1000' ? 0 : 15;
    const bad = { silentPct: 15, tornPct: 15, noisePct: 15, flippedPct, slowPct: 10, slow: millis(900) };
    const bench = new Bench(protocol, bad);
    await bench.clock.advance(minutes(4));
    expect(bench.discarded.length).toBeGreaterThan(20);
    expect(bench.readings.length).toBeGreaterThan(20);
    for (const { observation } of bench.readings) {
      expect([undefined, 0, 60]).toContain(observation.rateMlH);
      expect(observation.infusedMl ?? 0).toBeLessThan(5);
      expect(['infusing', 'stopped', 'paused', 'kvo']).toContain(observation.state);
    }
    expect(bench.readings.some((reading) => (codes(reading)?.length ?? 0) > 0)).toBe(true);
    expect(decodedTexts(protocol, bench.line.written)).toEqual(new Set(questionsOf[protocol]));
    await bench.poller.stop();
  });
});

/** All that is ever written, as it reads on the line. */
const questionsOf: Readonly<Record<PumpProtocolId, readonly string[]>> = {
  ne1000: ['00VER', '00DIS', '00RAT', '00VOL'],
  'ne1000-safe': ['00VER', '00DIS', '00RAT', '00VOL'],
  'alaris-asena': ['INF', 'ALARM', 'INF_VTBI'],
  'terumo-te': ['request', 'request 1 0'],
};

describe('a line', () => {
  it('that goes and comes back is opened again, and asked from the beginning', async () => {
    const bench = new Bench('terumo-te');
    await bench.clock.advance(seconds(15));
    bench.line.lose('unplugged');
    await bench.clock.advance(seconds(1));
    expect(bench.states).toEqual(['up', 'down', 'up']);
    bench.line.missing = true;
    bench.line.lose('unplugged again');
    await bench.clock.advance(minutes(10));
    // Told once, not for each of the tries.
    expect(bench.states).toEqual(['up', 'down', 'up', 'down']);
    const before = bench.readings.length;
    bench.line.missing = false;
    await bench.clock.advance(minutes(1));
    expect(bench.states.at(-1)).toBe('up');
    expect(bench.readings.length).toBeGreaterThan(before + 3);
    await bench.poller.stop();
  });

  it('on which nobody answers gives no reading, is told as silent, and is opened anew', async () => {
    const bench = new Bench('alaris-asena', { ...noTroubles, silentPct: 100 });
    await bench.clock.advance(minutes(2));
    expect(bench.readings).toEqual([]);
    expect(bench.states.slice(0, 3)).toEqual(['silent', 'down', 'silent']);
    expect(bench.line.openings).toBeGreaterThan(2);
    await bench.poller.stop();
  });

  it('to a pump with a watchdog is only listened to: the alarm comes by itself and nothing is written', async () => {
    const bench = new Bench('ne1000-safe', noTroubles, true);
    await bench.clock.advance(minutes(3));
    expect(bench.line.written).toEqual([]);
    expect(bench.readings.map(codes)).toEqual([['pump-fault']]);
    await bench.poller.stop();
  });
});
