import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeSerialFrame } from '#codec/serial-frame.ts';
import { Admission } from '#intake/admission.ts';
import type { ByteLink, ByteLinkEvents } from '#intake/serial-link.ts';
import { SerialSupervisor } from '#intake/serial-supervisor.ts';
import { silentLogger } from '#kernel/log.ts';
import { seededRandom } from '#kernel/random.ts';
import { hours, millis, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { reading, T0 } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';

type Mood = 'good' | 'missing' | 'throws' | 'hangs';

/** A port that exists in memory and behaves as told. */
class Port {
  mood: Mood = 'good';
  tries = 0;
  open = 0;
  events: ByteLinkEvents | undefined;
  #late: ((link: ByteLink) => void) | undefined;

  readonly door = (events: ByteLinkEvents): Promise<ByteLink> => {
    this.tries += 1;
    if (this.mood === 'throws') throw new TypeError('"baudRate" must be a number');
    if (this.mood === 'missing') return Promise.reject(new Error('No such file or directory, cannot open /dev/x'));
    if (this.mood === 'hangs') return new Promise((resolve) => (this.#late = resolve));
    this.events = events;
    return Promise.resolve(this.#link());
  };

  openAfterAll(): void {
    this.#late?.(this.#link());
  }

  #link(): ByteLink {
    this.open += 1;
    const close = async () => {
      this.open -= 1;
    };
    return { write: () => {}, pause: () => {}, resume: () => {}, close };
  }
}

const silentAfter = seconds(60);

describe('a line that is kept open', () => {
  let clock: VirtualClock;
  let port: Port;
  let line: SerialSupervisor;
  let disk: HeldJournal;
  let seq: number;

  beforeEach(() => {
    clock = new VirtualClock(T0);
    port = new Port();
    disk = new HeldJournal();
    seq = 0;
    line = new SerialSupervisor({
      port: '/dev/x',
      open: port.door,
      admission: new Admission(disk, clock, () => {}),
      clock,
      random: seededRandom(1),
      log: silentLogger,
      mayReport: () => true,
      silentAfter,
    });
  });
  afterEach(async () => {
    await line.stop();
    expect(port.open, 'nothing stays open').toBe(0);
  });

  const frame = () => {
    const text = JSON.stringify({ hub: 'hub-1', pump: 'pump-1', boot: 'b', readings: [reading(seq)] });
    port.events?.onBytes(encodeSerialFrame({ type: 'R', id: seq, payload: Buffer.from(text) }));
    seq += 1;
  };

  it.each([
    ['missing', 'No such file or directory, cannot open /dev/x'],
    ['throws', '"baudRate" must be a number'],
    ['hangs', 'it does not open'],
  ] as const)(
    'that is %s is tried again for ever, less and less often, and served when it is there',
    async (mood, why) => {
      port.mood = mood;
      line.start();
      await clock.advance(seconds(20));
      expect(line.health()).toMatchObject({ problem: why, openings: 0 });
      await clock.advance(hours(10));
      const { tries } = port;
      // Half a minute at most between tries, and ten seconds for each that hangs.
      expect(tries).toBeGreaterThan(36_000 / 41);
      expect(tries).toBeLessThan(36_000 / 14);
      port.mood = 'good';
      await clock.advance(seconds(41));
      expect(line.health()).toMatchObject({ state: 'open', problem: null, openings: 1 });
      frame();
      await clock.advance(millis(1));
      expect(line.health()).toMatchObject({ frames: 1, lastFrameAt: clock.wall() - 1 });
    },
  );

  it('that opens after its time is closed at once', async () => {
    port.mood = 'hangs';
    line.start();
    await clock.advance(seconds(10));
    port.mood = 'missing';
    port.openAfterAll();
    await clock.advance(millis(1));
    expect(port.open).toBe(0);
    expect(line.health()).toMatchObject({ state: 'closed', openings: 0 });
  });

  it('that is lost is opened again within a second', async () => {
    line.start();
    await clock.advance(millis(1));
    frame();
    port.events?.onLost('the cable was pulled');
    await clock.advance(millis(1));
    expect(line.health()).toMatchObject({ state: 'closed', problem: 'the cable was pulled' });
    await clock.advance(seconds(1));
    expect(line.health()).toMatchObject({ state: 'open', problem: null, openings: 2 });
  });

  it('that opens and stays silent is a fault until a whole frame comes', async () => {
    line.start();
    await clock.advance(seconds(59));
    expect(line.health()).toMatchObject({ state: 'open', problem: null });
    await clock.advance(seconds(10));
    expect(line.health()).toMatchObject({
      state: 'silent',
      problem: 'open but silent: no frame for 60 s',
      openings: 2,
    });
    await clock.advance(hours(2));
    // It is opened anew each time, and never gives up.
    expect(line.health().openings).toBeGreaterThan(7_200 / 91);
    while (line.health().state !== 'silent') await clock.advance(seconds(1));
    frame();
    expect(line.health()).toMatchObject({ state: 'open', problem: null, frames: 1 });
  });

  it('that speaks at another speed is told apart from a silent one', async () => {
    line.start();
    await clock.advance(seconds(1));
    for (let i = 0; i < 100; i += 1) port.events?.onBytes(Uint8Array.of(0x80, 0xc0));
    await clock.advance(seconds(60));
    expect(line.health().problem).toBe('no frame for 60 s, but 100 bytes that are none: wrong speed?');
  });

  it('that reports each ten seconds is left alone', async () => {
    line.start();
    await clock.advance(seconds(1));
    for (let i = 0; i < 360; i += 1) {
      frame();
      await clock.advance(seconds(10));
    }
    expect(line.health()).toMatchObject({ state: 'open', problem: null, openings: 1, frames: 360 });
    expect(disk.journal.lastOffset()).toBe(360);
  });
});
