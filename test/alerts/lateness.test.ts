import { describe, expect, it } from 'vitest';
import { hour, kinds, minute, second, Told, t0 } from './fold.ts';

describe('order and lateness', () => {
  it('is not moved by an older reading that arrives late', () => {
    const told = new Told();
    told.reading({ seq: 5, at: t0, alarms: ['air-in-line'] });
    expect(told.reading({ seq: 4, at: t0 - 5 * second, received: t0 + second, alarms: [] })).toEqual([]);
    expect(told.reading({ seq: 3, at: t0 - 9 * second, received: t0 + 2 * second, alarms: ['air-in-line'] })).toEqual(
      [],
    );
    expect(told.only()).toMatchObject({ condition: 'active', count: 1 });
  });

  it('records an alarm that came and went before it was learned of as closed history', () => {
    const told = new Told();
    told.reading({ seq: 10, at: t0, alarms: [] });
    const events = told.reading({ seq: 9, at: t0 - 10 * second, received: t0 + second, alarms: ['door-open'] });
    expect(kinds(events)).toEqual(['closed']);
    expect(events[0]?.after).toMatchObject({ state: 'closed', condition: 'cleared', version: 1 });
    expect(events[0]?.reason).toMatch(/learned late/i);
    expect(told.open()).toEqual([]);
    expect(told.reading({ seq: 8, at: t0 - 20 * second, received: t0 + second, alarms: ['door-open'] })).toEqual([]);
  });

  function backlog(told: Told, last: readonly string[]) {
    told.reading({ seq: 0, at: t0, alarms: [] });
    const back = t0 + 3 * hour;
    for (let i = 1; i <= 100; i += 1) {
      const alarms = i > 20 && i < 40 ? ['door-open'] : i >= 60 ? last : [];
      const received = back + Math.floor(i / 10) * 100;
      told.reading({ seq: i, at: t0 + i * minute, received, alarms });
    }
    return back + 1000;
  }

  it('judges a backlog of many messages as one, after five quiet seconds', () => {
    const told = new Told();
    const back = backlog(told, ['occlusion-downstream']);
    const ofPump = () =>
      told.events.filter((event) => event.after.code !== 'hub-dark' && event.after.code !== 'pump-quiet');
    expect(ofPump()).toEqual([]);
    told.until(back + 4_999);
    expect(ofPump()).toEqual([]);
    told.until(back + 5_000);
    expect(ofPump().map(({ kind, after }) => [kind, after.code])).toEqual([
      ['closed', 'door-open'],
      ['opened', 'occlusion-downstream'],
      ['paged', 'occlusion-downstream'],
    ]);
    expect(ofPump()[0]?.after).toMatchObject({
      since: t0 + 21 * minute,
      clearedAt: t0 + 40 * minute,
      learnedAt: back + 5_000,
    });
    expect(ofPump()[1]?.after).toMatchObject({ since: t0 + hour, learnedAt: back + 5_000, condition: 'active' });
    expect(ofPump()[1]?.reason).toMatch(/learned late/i);
  });

  it('judges a backlog at the first reading that tells of now', () => {
    const told = new Told();
    const back = backlog(told, ['occlusion-downstream']);
    told.reading({ seq: 101, at: back + 100, alarms: ['air-in-line', 'occlusion-downstream'] });
    const open = told.open().filter(({ code }) => code !== 'hub-dark' && code !== 'pump-quiet');
    expect(open.map(({ code, since }) => [code, since])).toEqual([
      ['occlusion-downstream', t0 + hour],
      ['air-in-line', back + 100],
    ]);
  });

  it('does not open what is over by the end of the backlog', () => {
    const told = new Told();
    const back = backlog(told, []);
    told.until(back + minute);
    expect(told.open().filter(({ code }) => code === 'door-open')).toEqual([]);
    expect(told.alerts().filter(({ code }) => code === 'door-open')).toHaveLength(1);
  });

  it('goes on with the alarms of a new boot', () => {
    const told = new Told();
    told.reading({ seq: 500, at: t0, alarms: ['air-in-line'] });
    told.reading({ seq: 0, boot: 'boot-b', at: t0 + 30 * second, alarms: ['door-open'] });
    expect(told.open().map(({ code, condition }) => [code, condition])).toEqual([
      ['air-in-line', 'clearing'],
      ['door-open', 'active'],
    ]);
    expect(told.reading({ seq: 501, at: t0 + second, received: t0 + 31 * second, alarms: ['air-in-line'] })).toEqual(
      [],
    );
  });
});

describe('a hub whose clock is wrong', () => {
  it.each([-5 * hour, 5 * hour, -400 * 24 * hour])('alerts in time with a clock %i ms off', (skew) => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, skew, alarms: [] });
    told.reading({ seq: 1, at: t0 + 10 * second, skew, alarms: [] });
    told.until(t0 + 16 * second);
    const events = told.reading({ seq: 2, at: t0 + 20 * second, skew, alarms: ['free-flow'] });
    expect(kinds(events)).toEqual(['opened']);
    expect(Math.abs((events[0]?.after.since ?? 0) - (t0 + 20 * second))).toBeLessThan(2 * second);
  });

  it('alerts within seconds when the very first reading of such a hub has an alarm', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, skew: -5 * hour, alarms: ['free-flow'] });
    told.until(t0 + 5 * second);
    expect(told.only().code).toBe('free-flow');
  });

  it('follows a new boot whose clock went back by hours', () => {
    const told = new Told();
    for (let i = 0; i < 5; i += 1) told.reading({ seq: i, at: t0 + i * 10 * second, alarms: [] });
    const at = t0 + minute;
    told.status({ at, boot: 'boot-b', skew: -9 * hour });
    told.reading({ seq: 0, boot: 'boot-b', at: at + second, skew: -9 * hour, alarms: ['door-open'] });
    expect(told.only('door-open')).toMatchObject({ code: 'door-open', since: at + second });
  });

  it('is not blocked by an earlier boot whose clock was a year ahead', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, skew: 365 * 24 * hour, alarms: ['air-in-line'] });
    told.reading({ seq: 0, boot: 'boot-b', at: t0 + 20 * second, alarms: ['door-open'] });
    told.until(t0 + 26 * second);
    expect(told.open().find(({ code }) => code === 'door-open')).toMatchObject({ condition: 'active' });
  });

  it('follows a new boot whose clock went back by hours within a minute, even when the hub sends no status', () => {
    const told = new Told();
    for (let i = 0; i < 5; i += 1) told.reading({ seq: i, at: t0 + i * 10 * second, alarms: [] });
    for (let i = 0; i < 7; i += 1) {
      told.reading({
        seq: i,
        boot: 'boot-b',
        at: t0 + minute + i * 10 * second,
        skew: -9 * hour,
        alarms: ['free-flow'],
      });
    }
    expect(told.only('free-flow')).toMatchObject({ code: 'free-flow', condition: 'active' });
  });
});
