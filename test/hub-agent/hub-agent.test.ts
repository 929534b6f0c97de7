import { describe, expect, it } from 'vitest';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { DeclaredGaps } from '#gateway/hub-agent/declared-gaps.ts';
import { HubAgent, type PumpWatch, type PumpWatchEvents } from '#gateway/hub-agent/hub-agent.ts';
import { ReadingBook } from '#gateway/hub-agent/reading-book.ts';
import { JournalShelf } from '#journal/journal-shelf.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seededRandom } from '#kernel/random.ts';
import { minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { type Fate, MemoryBroker } from '#simulator/memory-broker.ts';
import { TempDir } from '#support/temp-dir.ts';

const quiet: PumpObservation = { state: 'infusing', rateMlH: 5, alarms: [] };
const blocked: PumpObservation = { state: 'paused', rateMlH: 0, alarms: [{ code: 'occlusion-downstream' }] };

/** A pump whose readings the test gives. */
class HandPump implements PumpWatch {
  readonly id: string;
  events: PumpWatchEvents | undefined;

  constructor(id: string) {
    this.id = id;
  }

  start(events: PumpWatchEvents): void {
    this.events = events;
  }

  async stop(): Promise<void> {}
}

class Home {
  readonly #dir = new TempDir();
  readonly clock = new VirtualClock(1_800_000_000_000);
  readonly broker: MemoryBroker;
  readonly gaps = new DeclaredGaps(new MemoryStateStore());
  readonly pumps = [new HandPump('a'), new HandPump('b')] as const;
  readonly #open: { close(): void }[] = [];

  constructor(fate?: (topic: string, payload: string) => Fate) {
    this.broker = new MemoryBroker(this.clock, fate && { fate });
  }

  boot(boot: string): HubAgent {
    const path = this.#dir.file('journal.db');
    const writer = new SqliteJournalWriter(path);
    const reader = new SqliteJournalReader(path, 0);
    const shelf = new JournalShelf(path);
    this.#open.push(shelf, reader, writer);
    const now = () => this.clock.wall();
    const { gaps, clock, pumps } = this;
    const limits = { maxBytes: 1024 ** 3, keepHours: 72 };
    const book = new ReadingBook({ hub: 'h', boot, writer, reader, shelf, gaps, now, log: silentLogger, ...limits });
    const agent = new HubAgent({
      ...{ hub: 'h', boot, firmware: 'f', pumps: [{ id: 'a', model: 'written' }, { id: 'b' }], watches: pumps },
      ...{ transport: this.broker, book, gaps, clock, random: seededRandom(1), log: silentLogger, now },
    });
    agent.start();
    return agent;
  }

  /** The farewell takes its time on the clock. */
  async stop(agent: HubAgent): Promise<void> {
    const stopping = agent.stop();
    await this.clock.advance(seconds(1));
    await stopping;
  }

  /** `boot pump seq,seq` of each readings message that the broker took. */
  get sent(): string[] {
    return this.broker.messages.flatMap(({ topic, payload }) => {
      const [, , , pump, kind] = topic.split('/');
      if (kind !== 'readings') return [];
      const { boot, readings }: { boot: string; readings: { seq: number }[] } = JSON.parse(payload);
      return [`${boot} ${pump} ${readings.map(({ seq }) => seq).join(',')}`];
    });
  }

  get status(): Record<string, unknown> {
    return JSON.parse(this.broker.retained.get('infusion/v1/h/status') ?? '{}');
  }

  [Symbol.dispose](): void {
    for (const each of this.#open) each.close();
    this.#dir[Symbol.dispose]();
  }
}

describe('a hub agent', () => {
  it('says online with its pumps and lines, and its will says offline', async () => {
    using home = new Home();
    const agent = home.boot('b1');
    await home.clock.advance(seconds(1));
    expect(home.status).toMatchObject({
      state: 'online',
      boot: 'b1',
      pumps: [{ id: 'a', model: 'written' }, { id: 'b' }],
    });
    home.pumps[0].events?.onIdentity({ model: 'told', serial: 's1' });
    home.pumps[0].events?.onLine('up', 'answers');
    home.pumps[1].events?.onLine('silent', 'no answer');
    await home.clock.advance(seconds(3));
    expect(home.status).toMatchObject({ pumps: [{ id: 'a', model: 'written', serial: 's1' }, { id: 'b' }] });
    expect(home.status['lines']).toEqual({ a: 'up', b: 'silent' });
    home.broker.down = true;
    home.broker.cutAll();
    expect(home.status).toMatchObject({ state: 'offline', boot: 'b1' });
    home.broker.down = false;
    await home.clock.advance(seconds(30));
    expect(home.status['state']).toBe('online');
    await home.stop(agent);
    expect(home.status['state']).toBe('offline');
    expect(home.broker.messages.at(-1)?.will).toBe(false);
  });

  it('keeps readings while the link is down, also over a new boot, and sends each until it is acknowledged', async () => {
    let lost = 2;
    using home = new Home((topic) =>
      topic.endsWith('readings') && lost-- > 0 ? 'lose-acknowledgement' : 'acknowledge',
    );
    home.broker.down = true;
    home.boot('b1');
    home.pumps[0].events?.onReading(quiet, false);
    home.pumps[1].events?.onReading(quiet, false);
    home.pumps[0].events?.onReading(quiet, false);
    await home.clock.advance(minutes(1));
    const second = home.boot('b2');
    home.pumps[0].events?.onReading(quiet, false);
    home.broker.down = false;
    await home.clock.advance(minutes(2));
    // Both boots' agents live in this test; what counts is that all arrives under its own boot, oldest first.
    expect([...new Set(home.sent)].sort()).toEqual(['b1 a 0,1', 'b1 b 0', 'b2 a 0']);
    await home.stop(second);
  });

  it('sends an alarm ahead of a backlog, and not twice', async () => {
    using home = new Home();
    home.broker.down = true;
    const agent = home.boot('b1');
    for (let i = 0; i < 300; i += 1) home.pumps[0].events?.onReading(quiet, false);
    home.pumps[0].events?.onReading(blocked, true);
    home.broker.down = false;
    await home.clock.advance(minutes(1));
    const all = Array.from({ length: 300 }, (_, seq) => seq).join(',');
    expect(home.sent).toEqual(['b1 a 300', `b1 a ${all}`]);
    await home.stop(agent);
  });

  it('sends again what is asked for, answers a ping, and takes no other word for a command', async () => {
    using home = new Home();
    const agent = home.boot('b1');
    await home.clock.advance(seconds(1));
    for (let i = 0; i < 4; i += 1) home.pumps[1].events?.onReading(quiet, false);
    await home.clock.advance(seconds(1));
    const before = home.sent.length;
    const command = (value: unknown) => home.broker.send('infusion/v1/h/command', JSON.stringify(value));
    command({ type: 'resend', pump: 'b', boot: 'b1', from: 1, to: 2 });
    await home.clock.advance(seconds(1));
    expect(home.sent.slice(before)).toEqual(['b1 b 1,2']);
    command({ type: 'ping', id: 'p7' });
    await home.clock.advance(seconds(1));
    expect(home.status['pong']).toBe('p7');
    const count = home.broker.messages.length;
    for (const wrong of [{ type: 'start', pump: 'b' }, { type: 'resend', pump: '../x' }, 'stop', null]) command(wrong);
    await home.clock.advance(seconds(5));
    expect(home.broker.messages.length).toBe(count);
    await home.stop(agent);
  });

  it('declares what it has not, when it is asked for it', async () => {
    using home = new Home();
    const agent = home.boot('b1');
    await home.clock.advance(seconds(1));
    home.gaps.add([{ pump: 'a', boot: 'b0', from: 3, to: 90, missing: 80, reason: 'thinned' }]);
    home.broker.send(
      'infusion/v1/h/command',
      JSON.stringify({ type: 'resend', pump: 'a', boot: 'b0', from: 3, to: 90 }),
    );
    await home.clock.advance(seconds(3));
    expect(home.status['gaps']).toEqual([{ pump: 'a', boot: 'b0', from: 3, to: 90, missing: 80, reason: 'thinned' }]);
    await home.stop(agent);
  });
});
