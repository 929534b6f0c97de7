import { describe, expect, it } from 'vitest';
import { hour, kinds, minute, second, Told, t0 } from './fold.ts';

const codes = (told: Told) => told.open().map(({ code, priority, condition }) => [code, priority, condition]);

describe('a pump that goes quiet', () => {
  /** A second pump keeps the hub alive. */
  function withNeighbour(drug?: string) {
    const told = new Told();
    const neighbour = (at: number) => told.reading({ pump: 'pump-2', seq: at, at, state: 'stopped', alarms: [] });
    told.reading({ seq: 0, at: t0, alarms: ['reservoir-low'], ...(drug === undefined ? {} : { drug }) });
    neighbour(t0);
    const until = (to: number) => {
      for (let at = told.engine.now + 10 * second; at <= to; at += 10 * second) neighbour(at);
      told.until(to);
    };
    return { told, until };
  }

  it.each([
    ['J1569', 5 * minute, 'medium'],
    ['J1325', 3 * minute, 'high'],
  ])('with %s raises an alert after %i ms, %s', (drug, limit, priority) => {
    const { told, until } = withNeighbour(drug);
    until(t0 + limit);
    expect(codes(told)).toEqual([['reservoir-low', 'low', 'active']]);
    until(t0 + limit + 1);
    expect(codes(told)).toEqual([
      ['reservoir-low', 'low', 'active'],
      ['pump-quiet', priority, 'active'],
    ]);
    expect(told.open()[1]).toMatchObject({ since: t0, learnedAt: t0 + limit + 1, hub: 'hub-1' });
    expect(told.open()[0]?.stateUnknown).toBe(true);
  });

  it('becomes high after an hour, and clears when the pump is heard again', () => {
    const { told, until } = withNeighbour();
    until(t0 + hour);
    expect(codes(told)[1]).toEqual(['pump-quiet', 'high', 'active']);
    expect(kinds(told.reading({ seq: 1, at: t0 + hour + second, alarms: ['reservoir-low'] }))).toEqual([
      'state-known',
      'clearing',
    ]);
    until(t0 + hour + 2 * minute);
    expect(codes(told)[1]).toEqual(['pump-quiet', 'high', 'cleared']);
    until(t0 + hour + 10 * minute);
    expect(codes(told)[1]).toEqual(['pump-quiet', 'high', 'active']);
  });

  it('says nothing of a pump that was not delivering', () => {
    const told = new Told();
    for (let i = 0; i <= 60; i += 1) told.reading({ pump: 'pump-2', seq: i, at: t0 + i * 10 * second, alarms: [] });
    told.reading({ seq: 0, at: t0, state: 'complete', alarms: [] });
    for (let i = 61; i <= 120; i += 1) told.reading({ pump: 'pump-2', seq: i, at: t0 + i * 10 * second, alarms: [] });
    expect(told.events).toEqual([]);
  });

  it('never lets a clearing alarm clear while nothing is heard', () => {
    const { told, until } = withNeighbour('J1325');
    told.reading({ seq: 1, at: t0 + 10 * second, alarms: [] });
    until(t0 + hour);
    expect(told.open()[0]).toMatchObject({ code: 'reservoir-low', condition: 'clearing', stateUnknown: true });
    expect(kinds(told.reading({ seq: 2, at: t0 + hour, alarms: [] }))).toContain('state-known');
    expect(kinds(told.until(t0 + hour))).toEqual(['cleared']);
  });
});

describe('a dark hub', () => {
  it.each([
    ['J1569', 15 * minute, 'medium'],
    ['J2260', 3 * minute, 'high'],
  ])('with %s raises an alert after %i ms, %s', (drug, limit, priority) => {
    const told = new Told();
    told.status({ at: t0 });
    told.reading({ seq: 0, at: t0, alarms: ['air-in-line'], drug });
    expect(kinds(told.status({ at: t0 + 30 * second, state: 'offline', cause: 'link-lost' }))).toEqual([
      'state-unknown',
    ]);
    told.until(t0 + limit);
    expect(codes(told)).toEqual([['air-in-line', 'high', 'active']]);
    told.until(t0 + limit + 1);
    expect(codes(told)[1]).toEqual(['hub-dark', priority, 'active']);
    expect(told.open()[1]).toMatchObject({ pump: null, since: t0 });
    told.until(t0 + 24 * hour);
    expect(codes(told)).toEqual([
      ['air-in-line', 'high', 'active'],
      ['hub-dark', 'high', 'active'],
    ]);
  });

  it('also when it just falls silent', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, state: 'stopped', alarms: [] });
    told.until(t0 + hour * 5);
    expect(codes(told)).toEqual([['hub-dark', 'medium', 'active']]);
  });

  it('says nothing of a hub that took its leave while no pump was delivering', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, state: 'complete', alarms: [] });
    told.status({ at: t0 + second, state: 'offline' });
    expect(told.until(t0 + 24 * hour)).toEqual([]);
    told.reading({ seq: 1, at: t0 + 24 * hour, state: 'infusing', alarms: [] });
    told.status({ at: t0 + 24 * hour + second, state: 'offline' });
    told.until(t0 + 26 * hour);
    expect(codes(told)).toEqual([['hub-dark', 'high', 'active']]);
  });

  it('clears after its hold, and notices the next darkness', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: [] });
    told.status({ at: t0 + second, state: 'offline', cause: 'link-lost' });
    const back = t0 + 20 * minute;
    told.until(back);
    expect(kinds(told.status({ at: back }))).toEqual(['clearing']);
    expect(kinds(told.status({ at: back + 30 * second, state: 'offline', cause: 'link-lost' }))).toEqual(['recurred']);
    expect(kinds(told.status({ at: back + minute, boot: 'boot-b' }))).toEqual(['clearing']);
    expect(kinds(told.reading({ seq: 0, boot: 'boot-b', at: back + minute, alarms: [] }))).toEqual([]);
    for (let i = 1; i < 40; i += 1)
      told.reading({ seq: i, boot: 'boot-b', at: back + minute + i * 10 * second, alarms: [] });
    expect(told.only()).toMatchObject({ condition: 'cleared', count: 2 });
    const last = told.engine.now;
    told.status({ at: last + second, state: 'offline', cause: 'link-lost' });
    told.until(last + 15 * minute + 1);
    expect(told.open().at(-1)).toMatchObject({ code: 'hub-dark', condition: 'active' });
  });

  it('gives the pumps of a returned hub a minute before their own silence counts', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: [] });
    told.status({ at: t0 + second, state: 'offline', cause: 'link-lost' });
    const back = t0 + 10 * minute;
    told.until(back);
    told.status({ at: back });
    told.until(back + minute - 1);
    expect(codes(told)).toEqual([]);
    told.until(back + minute);
    expect(codes(told)).toEqual([['pump-quiet', 'medium', 'active']]);
  });
});

it('counts no silence of the time in which the gateway itself was away, and goes on counting after it', () => {
  const told = new Told();
  told.reading({ seq: 0, at: t0, alarms: [] });
  told.until(t0 + minute);
  const restart = t0 + hour;
  told.engine.started(restart);
  told.until(restart + 4 * minute - second);
  expect(told.taken()).toEqual([]);
  told.until(restart + 4 * minute + second);
  expect(codes(told).map(([code]) => code)).toEqual(['pump-quiet']);
  told.until(restart + 15 * minute);
  expect(codes(told).map(([code]) => code)).toEqual(['pump-quiet', 'hub-dark']);
});

it('judges silence that was due at a short restart when hubs could have reconnected', () => {
  const told = new Told();
  told.reading({ seq: 0, at: t0, alarms: [] });
  const restart = t0 + 5 * minute + 2 * second;
  told.until(restart - 6 * second);
  told.engine.started(restart);
  expect(told.taken()).toEqual([]);
  told.until(restart + 3 * second);
  expect(codes(told).map(([code]) => code)).toEqual(['pump-quiet']);
});
