import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { seconds } from '#kernel/time.ts';
import { accepted, failed, type SendResult } from '#notify/channel.ts';
import { Lease } from '#notify/lease.ts';
import { NotifyRig, pageOf, T0 } from './rig.ts';

describe('after a crash', () => {
  it.each([1, 2, 3])('at a random moment loses nothing and repeats a message once at most (seed %i)', async (seed) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 3 }), async (crashAt, mode) => {
        const rig = new NotifyRig();
        const seen = new Map<string, number>();
        let crashed = false;
        const store = rig.store;
        const transact = store.transact.bind(store);
        // The first commit makes the secret of the links, before the dispatcher lives.
        let commits = -1;
        const dying: typeof store = {
          get: (collection, key) => store.get(collection, key),
          list: (collection, prefix) => store.list(collection, prefix),
          read: (stream, after, limit) => store.read(stream, after, limit),
          last: (stream) => store.last(stream),
          close: () => {},
          transact: (work) => {
            if (crashed) throw new GatewayError('storage-refused', 'dead');
            commits += 1;
            if (commits === crashAt) {
              crashed = true;
              // Either the commit was made and nothing after it, or it was not.
              if (mode % 2 === 0) transact(work);
              throw new GatewayError('storage-refused', 'dead');
            }
            return transact(work);
          },
        };
        const answer = (message: { id: string }): SendResult => {
          if (!crashed) seen.set(message.id, (seen.get(message.id) ?? 0) + 1);
          return crashed ? failed('dead') : accepted();
        };
        for (const channel of [rig.push, rig.sms]) channel.answer = answer;
        rig.store = dying;
        const first = rig.another();
        rig.dispatcher = first;
        first.start();
        for (let i = 0; i < 6; i += 1) {
          rig.page(pageOf(`A${i}`, { channels: [['push']], nextAt: null }));
          await rig.advance(seconds(0.3));
        }
        await rig.advance(seconds(3));
        await first.stop().catch(() => {});
        crashed = false;
        commits = -1_000_000;
        const before = new Map(seen);
        rig.store = store;
        rig.dispatcher = rig.another();
        rig.dispatcher.start();
        await rig.advance(seconds(6));
        for (let i = 0; i < 6; i += 1) expect(rig.delivery(`A${i}/0/0/Ana/push`)?.state).toBe('sent');
        expect(seen.size).toBe(6);
        for (const [id, times] of seen) {
          expect(times).toBeGreaterThan(0);
          expect(times - (before.get(id) ?? 0)).toBeLessThanOrEqual(1);
          expect(times).toBeLessThanOrEqual(2);
        }
      }),
      { seed, numRuns: 25 },
    );
  });
});

describe('the lease', () => {
  it('lets one dispatcher work; another takes over when the first goes silent', async () => {
    const rig = new NotifyRig();
    const second = rig.another();
    rig.dispatcher.start();
    second.start();
    await rig.advance(seconds(30));
    expect([rig.dispatcher.holding, second.holding]).toEqual([true, false]);
    rig.page(pageOf('A', { channels: [['push']] }));
    second.notify();
    await rig.advance(seconds(1));
    expect(rig.push.sent).toHaveLength(1);
    await rig.dispatcher.stop();
    await rig.advance(seconds(2));
    expect(second.holding).toBe(true);
  });

  it('of a process that is known to be dead is taken at once, and once only', async () => {
    const rig = new NotifyRig();
    rig.dispatcher.start();
    await rig.advance(seconds(1));
    const heir = rig.another(rig.clock, true);
    heir.start();
    expect(heir.holding).toBe(true);
    rig.store.transact((tx) => new Lease('thief', rig.clock).beat(tx));
    await rig.advance(seconds(1));
    expect(heir.holding).toBe(false);
  });

  it('is checked where data is written: a deposed holder writes nothing', async () => {
    const rig = new NotifyRig();
    rig.dispatcher.start();
    await rig.advance(seconds(1));
    // A thief on another machine, whose clock saw our silence.
    rig.store.transact((tx) => new Lease('thief', rig.clock).beat(tx));
    rig.page(pageOf('A', { channels: [['push']] }));
    await rig.advance(seconds(1));
    expect(rig.push.sent).toHaveLength(0);
    expect(rig.delivery('A/0/0/Ana/push')).toBeUndefined();
    expect(rig.dispatcher.holding).toBe(false);
    // The thief is silent: the lease comes back, and the page goes out.
    await rig.advance(seconds(5));
    expect(rig.push.sent).toHaveLength(1);
  });
});

describe('the clock', () => {
  it('stepped back by an hour delays no retry and no next channel', async () => {
    const rig = new NotifyRig();
    rig.dispatcher.start();
    rig.push.answer = () => failed('503');
    rig.page(pageOf('A'));
    await rig.advance(seconds(5));
    rig.clock.stepWall(seconds(-3_600));
    await rig.advance(seconds(26));
    expect(rig.voice.sent).toHaveLength(1);
  });

  it('stepped back by an hour before a start delays neither', async () => {
    const rig = new NotifyRig();
    rig.dispatcher.start();
    rig.push.answer = () => failed('503');
    rig.page(pageOf('A', { channels: [['push'], ['voice']] }));
    await rig.advance(seconds(5));
    await rig.dispatcher.stop();
    rig.clock.stepWall(seconds(-3_600));
    rig.push.answer = () => accepted();
    rig.dispatcher = rig.another();
    rig.dispatcher.start();
    await rig.advance(seconds(65));
    expect(rig.states('A')).toMatchObject({ '0/0/Ana/push': 'sent', '0/0/Ana/voice': 'sent' });
  });

  it('overdue timers fire within 5 s of a start', async () => {
    const rig = new NotifyRig();
    rig.dispatcher.start();
    rig.page(pageOf('A'));
    await rig.advance(seconds(2));
    await rig.dispatcher.stop();
    await rig.advance(seconds(100));
    rig.dispatcher = rig.another();
    rig.dispatcher.start();
    await rig.advance(seconds(5));
    expect(rig.voice.sent).toHaveLength(1);
    expect(rig.voice.sent[0]?.at).toBe(T0);
  });
});
