import { beforeEach, describe, expect, it } from 'vitest';
import { millis, minutes, seconds } from '#kernel/time.ts';
import { accepted, failed, type SendResult } from '#notify/channel.ts';
import { NotifyRig, pageOf, recipient, T0 } from './rig.ts';

let rig: NotifyRig;
beforeEach(() => {
  rig = new NotifyRig();
  rig.dispatcher.start();
});

describe('a page', () => {
  it('goes to the person on call by the first group of channels, at once', async () => {
    rig.page(pageOf('A'));
    await rig.advance(millis(50));
    expect(rig.push.sent).toHaveLength(1);
    expect(rig.sms.sent).toHaveLength(1);
    expect(rig.voice.sent).toHaveLength(0);
    expect(rig.states('A')).toEqual({ '0/0/Ana/push': 'sent', '0/0/Ana/sms': 'sent' });
  });

  it('goes on by the next channel when no receipt comes, and not when one does', async () => {
    rig.page(pageOf('A'), pageOf('B'));
    await rig.advance(seconds(10));
    rig.dispatcher.receive({ of: { delivery: 'B/0/0/Ana/push' }, state: 'delivered', problem: null });
    await rig.advance(seconds(19));
    expect(rig.voice.sent).toHaveLength(0);
    await rig.advance(seconds(2));
    expect(rig.voice.sent.map(({ codes }) => codes)).toEqual([[rig.delivery('A/0/0/Ana/voice')?.code]]);
    expect(rig.delivery('B/0/0/Ana/voice')).toBeUndefined();
    expect(rig.delivery('B/0/0/Ana/push')?.state).toBe('delivered');
  });

  it('is one page however often it is met', async () => {
    rig.page(pageOf('A'), pageOf('A'));
    rig.page(pageOf('A'));
    await rig.advance(seconds(1));
    expect(rig.push.sent).toHaveLength(1);
  });

  it('is called off where it was not sent when somebody has the alert', async () => {
    rig.page(pageOf('A'));
    await rig.advance(seconds(5));
    rig.page(
      pageOf('A', { step: 1, kind: 'taken', id: 'A/taken/1', targets: ['paged'], channels: [['push']], by: 'Ana' }),
    );
    await rig.advance(minutes(10));
    expect(rig.voice.sent).toHaveLength(0);
    expect(rig.push.sent.map(({ kind }) => kind)).toEqual(['page', 'taken']);
  });

  it('uses whatever a person has when they have none of its channels', async () => {
    rig.directory.byTarget['primary'] = [recipient('Ben', ['email'])];
    rig.page(pageOf('A'));
    await rig.advance(seconds(1));
    expect(rig.email.sent).toHaveLength(1);
  });

  it('of the synthetic hub goes to no person, and nobody counts as not reached', async () => {
    rig.page(pageOf('A', { hub: 'canary' }));
    await rig.advance(minutes(5));
    expect(rig.states('A')).toEqual({ '0/0/hub:canary/hub': 'sent' });
    expect(rig.problems).toEqual([]);
  });

  it('that reaches nobody is told of, and the end of that too', async () => {
    rig.directory.byTarget['primary'] = [];
    rig.page(pageOf('A'));
    await rig.advance(seconds(1));
    expect(rig.problems).toEqual([expect.objectContaining({ code: 'nobody-reachable', active: true })]);
    rig.directory.byTarget['primary'] = [recipient('Ben', ['push'])];
    rig.page(pageOf('B'));
    await rig.advance(seconds(1));
    expect(rig.problems.at(-1)).toMatchObject({ code: 'nobody-reachable', active: false });
  });

  it('whose every message is refused for good is told of', async () => {
    for (const channel of [rig.push, rig.sms, rig.voice]) channel.answer = () => failed('no such address', true);
    rig.page(pageOf('A'));
    await rig.advance(seconds(2));
    expect(rig.voice.sent).toHaveLength(1);
    expect(rig.undelivered).toContain('A/0/0');
    expect(rig.problems).toEqual([expect.objectContaining({ code: 'nobody-reachable', active: true })]);
  });
});

describe('a provider that fails', () => {
  it('is tried again after about 1 s, then 2 s, under the same key', async () => {
    const at: number[] = [];
    rig.email.answer = () => {
      at.push(rig.clock.wall());
      return failed('451 later');
    };
    rig.directory.byTarget['primary'] = [recipient('Ana', ['email'])];
    rig.page(pageOf('A', { nextAt: null, channels: [['email']] }));
    await rig.advance(seconds(4));
    const waits = at.slice(1).map((moment, i) => moment - (at[i] ?? 0));
    expect(waits).toHaveLength(2);
    for (const [i, full] of [1_000, 2_000].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(full * 0.8);
      expect(waits[i]).toBeLessThanOrEqual(full + 200);
    }
    expect(new Set(rig.email.sent.map(({ id }) => id)).size).toBe(1);
  });

  it('rests for 15 s after three failures, then is probed by one', async () => {
    rig.push.answer = () => failed('503');
    rig.page(...Array.from({ length: 20 }, (_, i) => pageOf(`A${i}`, { nextAt: null, channels: [['push']] })));
    await rig.advance(seconds(1));
    const first = rig.push.sent.length;
    await rig.advance(seconds(13));
    expect(rig.push.sent.length).toBe(first);
    await rig.advance(seconds(3));
    expect(rig.push.sent.length).toBe(first + 1);
    rig.push.answer = () => accepted();
    await rig.advance(seconds(40));
    expect(Object.values(rig.states('A7'))).toEqual(['sent']);
    for (let i = 0; i < 20; i += 1) expect(rig.delivery(`A${i}/0/0/Ana/push`)?.state).toBe('sent');
  });

  it('that hangs does not hold a P1 longer than 15 s', async () => {
    const never = new Promise<SendResult>(() => {});
    rig.push.answer = () => never;
    rig.sms.answer = () => never;
    rig.page(pageOf('A'));
    await rig.advance(seconds(15));
    expect(rig.voice.sent).toHaveLength(1);
    expect(rig.delivery('A/0/0/Ana/push')?.problem).toContain('10 s');
  });

  it('that is known to be down lets a P1 go on at once', async () => {
    rig.push.answer = () => failed('503');
    rig.sms.answer = () => failed('503');
    rig.page(pageOf('A'), pageOf('B'), pageOf('C'));
    await rig.advance(seconds(20));
    const before = rig.voice.sent.length;
    rig.page(pageOf('D', { at: T0 + 20_000, nextAt: T0 + 140_000 }));
    await rig.advance(minutes(2));
    expect(before).toBeGreaterThan(0);
    expect(rig.delivery('D/0/0/Ana/voice')?.queuedAt).toBeLessThanOrEqual(T0 + 22_000);
  });

  it('for two minutes is told of, and so is its return', async () => {
    rig.email.answer = () => failed('ECONNREFUSED');
    rig.page(pageOf('A', { nextAt: null, channels: [['email']] }));
    await rig.advance(seconds(110));
    expect(rig.problems).toEqual([]);
    await rig.advance(seconds(20));
    expect(rig.problems).toEqual([expect.objectContaining({ code: 'notifier-failing', active: true })]);
    rig.email.answer = () => accepted();
    await rig.advance(seconds(40));
    expect(rig.problems.at(-1)).toMatchObject({ code: 'notifier-failing', active: false });
  });

  it('once, and not being asked again, is told of to nobody', async () => {
    rig.email.answer = () => failed('ECONNRESET');
    rig.page(pageOf('A', { nextAt: T0 + 500, channels: [['email']] }));
    await rig.advance(minutes(4));
    expect(rig.email.sent).toHaveLength(1);
    expect(rig.problems.filter(({ code }) => code === 'notifier-failing')).toEqual([]);
  });

  it('ends in expired when the next step is due, after one try at least', async () => {
    rig.sms.answer = () => failed('503');
    rig.page(pageOf('A', { channels: [['sms']], at: T0 - 600_000, nextAt: T0 - 1 }));
    await rig.advance(minutes(3));
    expect(rig.sms.sent).toHaveLength(1);
    expect(rig.states('A')).toEqual({ '0/0/Ana/sms': 'expired' });
  });
});

describe('one person', () => {
  it('gets one text a minute: what waits is said together, P1 not held back by less', async () => {
    rig.page(pageOf('L', { priority: 'medium', channels: [['sms']], nextAt: null }));
    await rig.advance(seconds(1));
    rig.page(pageOf('H', { channels: [['sms']], nextAt: null }));
    await rig.advance(seconds(1));
    expect(rig.sms.sent.map(({ count }) => count)).toEqual([1, 1]);
    rig.page(...Array.from({ length: 50 }, (_, i) => pageOf(`S${i}`, { channels: [['sms']], nextAt: null })));
    await rig.advance(seconds(55));
    expect(rig.sms.sent).toHaveLength(2);
    await rig.advance(seconds(10));
    expect(rig.sms.sent).toHaveLength(3);
    expect(rig.sms.sent[2]).toMatchObject({ count: 50, priority: 'high' });
    for (let i = 0; i < 50; i += 1) expect(rig.delivery(`S${i}/0/0/Ana/sms`)?.state).toBe('sent');
  });

  it('says the same again when a text for several failed', async () => {
    rig.page(pageOf('A', { channels: [['sms']], nextAt: null }));
    await rig.advance(seconds(1));
    rig.page(pageOf('B', { channels: [['sms']], nextAt: null }), pageOf('C', { channels: [['sms']], nextAt: null }));
    rig.sms.answer = () => failed('reply lost');
    await rig.advance(seconds(61));
    rig.page(pageOf('D', { channels: [['sms']], nextAt: null }));
    rig.sms.answer = () => accepted();
    await rig.advance(minutes(5));
    const [, first, again, last] = rig.sms.sent;
    expect(again).toMatchObject({ id: first?.id, codes: first?.codes, count: 2 });
    expect(last).toMatchObject({ count: 1 });
  });

  it('is called once at a time', async () => {
    rig.page(pageOf('A', { channels: [['voice']] }), pageOf('B', { channels: [['voice']] }));
    await rig.advance(seconds(20));
    expect(rig.voice.sent).toHaveLength(1);
    rig.dispatcher.callEnded('Ana');
    await rig.advance(seconds(90));
    expect(rig.voice.sent).toHaveLength(2);
  });
});

describe('the home hub', () => {
  it('is shown that nurses were paged, that one has it, and nothing when it is over', async () => {
    rig.page(pageOf('A', { hub: 'home-7' }));
    await rig.advance(seconds(1));
    rig.page(pageOf('A', { id: 'A/t/1', kind: 'taken', hub: 'home-7', targets: ['paged'], channels: [] }));
    await rig.advance(seconds(1));
    rig.page(pageOf('A', { id: 'A/r/1', kind: 'resolved', hub: 'home-7', targets: [], channels: [] }));
    await rig.advance(seconds(1));
    const boards = rig.hub.sent.map(({ hub }) => hub?.board.map(({ state }) => state));
    expect(boards).toEqual([['nurse-paged'], ['nurse-has-it'], []]);
  });
});
