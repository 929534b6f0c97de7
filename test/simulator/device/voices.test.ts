import { describe, expect, it } from 'vitest';
import { lineReader } from '#codec/decoded-line.ts';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { type PumpProtocolId, pumpProtocolIds, pumpProtocols } from '#codec/pumps/protocols.ts';
import { millis, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { DeviceTroubles, noTroubles, type TroubleShares } from '#simulator/device/device-troubles.ts';
import { DeviceWorld } from '#simulator/device/device-world.ts';
import { PumpDevice } from '#simulator/device/pump-device.ts';
import type { Heard } from '#simulator/device/voice.ts';
import { voices } from '#simulator/device/voices.ts';
import { randomFor } from '#simulator/seeds.ts';
import { oneSyringeStory } from '#simulator/stories/one-syringe.ts';

const PUMP = 'syringe-01';
const SERIALS = { ne1000: '', 'ne1000-safe': '', 'alaris-asena': '8002-51740', 'terumo-te': '0001007000' } as const;

/** A device and, at the other end of its line, what a hub makes of it. */
class Bench {
  readonly clock = new VirtualClock(1_800_000_000_000);
  readonly heard: Heard[] = [];
  readonly unasked: string[] = [];
  readonly #protocol: PumpProtocolId;
  readonly #device: PumpDevice;
  #bytes: Uint8Array[] = [];

  constructor(protocol: PumpProtocolId, shares: TroubleShares = noTroubles) {
    this.#protocol = protocol;
    const world = new DeviceWorld(oneSyringeStory, 7, this.clock);
    const voice = voices[protocol]({
      serial: SERIALS[protocol],
      address: 5,
      onHeard: (heard) => this.heard.push(heard),
    });
    this.#device = new PumpDevice(voice, () => world.look(PUMP), {
      troubles: new DeviceTroubles(shares, randomFor(7, 'troubles')),
      clock: this.clock,
      line: { write: (bytes) => void this.#bytes.push(bytes) },
    });
  }

  /** One round of questions. */
  round(dialogue: ReturnType<Bench['dialogue']>): PumpObservation | undefined {
    dialogue.begin();
    for (let query = dialogue.next(); query; query = dialogue.next()) {
      this.#device.received(query);
      dialogue.hear(this.#taken());
    }
    return dialogue.observation();
  }

  /** The dialogue of a hub with this pump, fed with bytes. */
  dialogue() {
    switch (this.#protocol) {
      case 'ne1000':
      case 'ne1000-safe':
        return fed(pumpProtocols[this.#protocol].dialogue(5), pumpProtocols[this.#protocol].decoder());
      case 'alaris-asena':
        return fed(pumpProtocols['alaris-asena'].dialogue(5), pumpProtocols['alaris-asena'].decoder());
      case 'terumo-te':
        return fed(pumpProtocols['terumo-te'].dialogue(5), pumpProtocols['terumo-te'].decoder());
    }
  }

  ask(bytes: Uint8Array): Uint8Array[] {
    this.#device.received(bytes);
    return this.#taken();
  }

  async pass(s: number): Promise<Uint8Array[]> {
    await this.clock.advance(seconds(s));
    return this.#taken();
  }

  #taken(): Uint8Array[] {
    const bytes = this.#bytes;
    this.#bytes = [];
    return bytes;
  }
}

function fed<F>(
  talk: {
    begin(): void;
    next(): Uint8Array | undefined;
    take(frame: F): unknown;
    observation(): PumpObservation | undefined;
  },
  decoder: { push(chunk: Uint8Array): ({ ok: true; frame: F } | { ok: false })[] },
) {
  return {
    begin: () => talk.begin(),
    next: () => talk.next(),
    observation: () => talk.observation(),
    hear: (chunks: readonly Uint8Array[]) => {
      for (const event of chunks.flatMap((chunk) => decoder.push(chunk))) if (event.ok) talk.take(event.frame);
    },
  };
}

describe.each(pumpProtocolIds)('a simulated pump that speaks %s', (protocol) => {
  it('is read as it is, and its blocked line as far as the protocol can tell', async () => {
    const bench = new Bench(protocol);
    await bench.pass(10);
    const dialogue = bench.dialogue();
    const running = bench.round(dialogue);
    expect(running).toMatchObject({ state: 'infusing', rateMlH: 60, alarms: [] });
    // 10 s at 60 mL/h, to the digits of each protocol.
    expect(running?.infusedMl).toBeCloseTo(0.166, 1);
    expect(running?.remainingMl).toBeCloseTo(99.8, 0);
    expect(running?.pressureMmHg !== undefined).toBe(protocol === 'alaris-asena');

    // The line is blocked from second 30 on; 0.98 mL at 60 mL/h fill it in a minute.
    await bench.pass(100);
    const blocked = bench.round(dialogue);
    const code = protocol.startsWith('ne1000') ? 'pump-fault' : 'occlusion-downstream';
    expect(blocked?.alarms).toEqual([{ code }]);
    expect(blocked?.rateMlH).toBe(0);

    // Freed at 150 s, it goes on at 155.
    await bench.pass(50);
    expect(bench.round(dialogue)).toMatchObject({ state: 'infusing', rateMlH: 60, alarms: [] });
    expect(bench.heard.every((heard) => heard.kind === 'frame' && !heard.acts)).toBe(true);
  });
});

describe('a simulated pump', () => {
  it('in Safe mode tells an alarm unasked, once', async () => {
    const bench = new Bench('ne1000-safe');
    const told = (await bench.pass(140)).flatMap((bytes) => lineReader('ne1000-safe').push(bytes));
    expect(told).toMatchObject([{ ok: true, frame: { status: 'alarm', alarm: 'stalled', address: 5 } }]);
  });

  it('does nothing that it is told to, and says that it was told', async () => {
    const bench = new Bench('ne1000');
    await bench.pass(5);
    const answer = bench.ask(Uint8Array.from(Buffer.from('05STP\r')));
    expect(answer.flatMap((bytes) => lineReader('ne1000').push(bytes))).toMatchObject([
      { ok: true, frame: { status: 'infusing', error: 'not-applicable' } },
    ]);
    expect(bench.heard).toEqual([{ kind: 'frame', text: '05STP', acts: true }]);
    const alaris = new Bench('alaris-asena');
    expect(alaris.ask(Uint8Array.from(Buffer.from('!INF_STOP|CD57\r')))).toEqual([]);
    expect(alaris.heard).toEqual([{ kind: 'frame', text: 'INF_STOP', acts: true }]);
  });

  it('has troubles as often as it is told to', async () => {
    const shares = { ...noTroubles, silentPct: 20, tornPct: 20, noisePct: 20, flippedPct: 20 };
    const bench = new Bench('alaris-asena', shares);
    await bench.pass(1);
    const reader = lineReader('alaris-asena');
    const events = Array.from({ length: 400 }, () => bench.ask(Uint8Array.from(Buffer.from('!INF|4961\r'))))
      .flat()
      .flatMap((bytes) => reader.push(bytes));
    const whole = events.filter((event) => event.ok).length;
    // 0.8 not silent x 0.8 not torn x 0.8 not flipped of 400 is 205; torn ones may take the next with them.
    expect(whole).toBeGreaterThan(140);
    expect(whole).toBeLessThan(230);
    expect(events.some((event) => !event.ok && event.code === 'noise')).toBe(true);
    expect(events.some((event) => !event.ok && event.code === 'torn')).toBe(true);
    const slow = new Bench('alaris-asena', { ...noTroubles, slowPct: 100, slow: millis(700) });
    await slow.pass(1);
    expect(slow.ask(Uint8Array.from(Buffer.from('!INF|4961\r')))).toEqual([]);
    expect(await slow.pass(0.7)).toHaveLength(1);
  });
});
