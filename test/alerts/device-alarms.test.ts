import { describe, expect, it } from 'vitest';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import { kinds, minute, nurse, second, Told, t0 } from './fold.ts';

describe('alarms that the pump declares', () => {
  it('opens one at once, with its priority and onset', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: [] });
    const [event] = told.reading({
      seq: 1,
      at: t0 + 10 * second,
      received: t0 + 11 * second,
      alarms: ['occlusion-downstream'],
    });
    expect(event).toMatchObject({ kind: 'opened', at: t0 + 11 * second, by: null, cause: 2 });
    expect(told.only()).toMatchObject({
      version: 1,
      pump: 'pump-1',
      hub: 'hub-1',
      code: 'occlusion-downstream',
      priority: 'high',
      condition: 'active',
      response: 'unacknowledged',
      since: t0 + 10 * second,
      learnedAt: t0 + 11 * second,
      count: 1,
      policy: defaultAlertPolicy.version,
    });
  });

  it('says nothing more while the set stays the same', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['air-in-line', 'door-open'] });
    expect(told.open()).toHaveLength(2);
    expect(told.reading({ seq: 1, at: t0 + second, alarms: ['door-open', 'air-in-line'] })).toEqual([]);
  });

  it.each([
    ['occlusion-downstream', 60],
    ['under-infusion', 120],
    ['reservoir-low', 300],
  ])('holds %s for %i s before it counts as cleared', (code, holdSeconds) => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: [code], drug: 'J1569' });
    expect(kinds(told.reading({ seq: 1, at: t0 + minute, alarms: [] }))).toEqual(['clearing']);
    expect(told.until(t0 + minute + holdSeconds * second - 1)).toEqual([]);
    expect(kinds(told.until(t0 + minute + holdSeconds * second))).toEqual(['cleared']);
    expect(told.only()).toMatchObject({
      state: 'open',
      condition: 'cleared',
      clearedAt: t0 + minute + holdSeconds * second,
    });
  });

  it('keeps the occurrence and the acknowledgement when the alarm is back within the hold', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['occlusion-downstream'] });
    told.engine.act(told.only().id, { action: 'ack', version: 1 }, nurse('Ana'), t0 + second);
    told.reading({ seq: 1, at: t0 + 10 * second, alarms: [] });
    expect(kinds(told.reading({ seq: 2, at: t0 + 20 * second, alarms: ['occlusion-downstream'] }))).toEqual([
      'recurred',
    ]);
    expect(told.only()).toMatchObject({ condition: 'active', count: 2, response: 'acknowledged', version: 4 });
    expect(told.until(t0 + 3 * minute)).toEqual([]);
  });

  it('voids the acknowledgement when the alarm returns after it had cleared', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['occlusion-downstream'] });
    told.engine.act(told.only().id, { action: 'ack', version: 1 }, nurse('Ana'), t0 + second);
    told.reading({ seq: 1, at: t0 + 10 * second, alarms: [] });
    told.until(t0 + 2 * minute);
    told.reading({ seq: 2, at: t0 + 3 * minute, alarms: ['occlusion-downstream'] });
    expect(told.only()).toMatchObject({
      condition: 'active',
      count: 2,
      response: 'unacknowledged',
      acknowledgedBy: null,
      clearedAt: null,
    });
  });

  it('makes a new occurrence after the reopen window, and keeps the latched one', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['occlusion-downstream'] });
    told.reading({ seq: 1, at: t0 + 10 * second, alarms: [] });
    for (let s = 1; s <= 15; s += 1) told.reading({ seq: 1 + s, at: t0 + s * minute, alarms: [] });
    told.reading({ seq: 20, at: t0 + 16 * minute, alarms: ['occlusion-downstream'] });
    expect(told.open().map(({ condition }) => condition)).toEqual(['cleared', 'active']);
  });

  it('makes a new occurrence after a close', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['under-infusion'] });
    const first = told.only().id;
    told.engine.act(first, { action: 'ack', version: 1 }, nurse('Ana'), t0 + second);
    told.reading({ seq: 1, at: t0 + 10 * second, alarms: [] });
    const heard: string[] = [];
    for (let m = 1; m <= 18; m += 1)
      heard.push(...kinds(told.reading({ seq: 1 + m, at: t0 + m * minute, alarms: [] })));
    expect(heard).toEqual(['cleared', 'closed']);
    told.reading({ seq: 20, at: t0 + 18 * minute, alarms: ['under-infusion'] });
    expect(told.only()).toMatchObject({ count: 1, response: 'unacknowledged' });
    expect(told.only().id).not.toBe(first);
  });

  it('learns nothing about alarms from a reading that does not tell them', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['air-in-line'] });
    expect(kinds(told.reading({ seq: 1, at: t0 + second, alarms: undefined }))).toEqual([]);
    expect(kinds(told.reading({ seq: 2, at: t0 + 4 * minute, alarms: undefined }))).toEqual([]);
    expect(told.only().condition).toBe('active');
  });

  it("keeps a vendor's code and treats it as an unknown alarm", () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['x-acme-e42'] });
    expect(told.only()).toMatchObject({ code: 'x-acme-e42', priority: 'high' });
    expect(told.only().text).toContain('x-acme-e42');
  });

  it('raises medium alarms while a critical drug runs, also when the drug is told late', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['under-infusion'] });
    told.reading({ seq: 0, at: t0, pump: 'pump-2', alarms: ['under-infusion', 'reservoir-low'], drug: 'j1325' });
    expect(told.open().map(({ priority }) => priority)).toEqual(['medium', 'low', 'high']);
    told.engine.act('id-000001', { action: 'ack', version: 1 }, nurse('Ana'), t0);
    expect(kinds(told.reading({ seq: 1, at: t0 + second, alarms: ['under-infusion'], drug: 'milrinone' }))).toEqual([
      'acknowledged',
      'raised',
    ]);
    expect(told.open()[0]).toMatchObject({ priority: 'high', response: 'unacknowledged' });
  });
});
