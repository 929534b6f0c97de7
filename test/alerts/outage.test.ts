import { describe, expect, it } from 'vitest';
import { kinds, minute, nurse, second, Told, t0 } from './fold.ts';

/** So many homes with one pump each; the first three run a critical drug. All fall silent at `t0`. */
function ward(hubs: number): Told {
  const told = new Told();
  for (let i = 0; i < hubs; i += 1) {
    const drug = i < 3 ? { drug: 'milrinone' } : {};
    told.reading({ seq: 0, hub: `hub-${i}`, pump: `pump-${i}`, at: t0 + i, alarms: [], ...drug });
  }
  return told;
}

describe('hubs that go dark', () => {
  it('each call for themselves while they are few', () => {
    const told = ward(10);
    told.until(t0 + 16 * minute);
    expect(told.open().filter(({ code }) => code === 'hub-dark')).toHaveLength(10);
    expect(told.open().filter(({ code }) => code === 'outage' || code === 'hubs-dark')).toEqual([]);
    expect(new Set(told.pages.map(({ kind }) => kind))).toEqual(new Set(['page']));
  });

  it('are one outage and one digest when they are many, critical drugs first; high ones page for themselves too', () => {
    const told = ward(30);
    told.until(t0 + 3 * minute + 10 * second);
    expect(told.only('outage')).toMatchObject({ priority: 'high', hub: null });
    const [first, digest, ...more] = told.pages;
    expect(more).toEqual([]);
    expect(first).toMatchObject({ alert: told.only('outage').id, targets: ['technician'] });
    expect(digest).toMatchObject({ kind: 'digest', targets: ['primary'], alert: told.only('hubs-dark').id });
    const critical = told.open().filter(({ drug }) => drug === 'milrinone');
    expect([...(digest?.gathers ?? [])].sort()).toEqual(critical.map(({ id }) => id).sort());
    told.until(t0 + 5 * minute + 30 * second);
    const dark = told.open().filter(({ drug, code }) => drug === 'milrinone' && code === 'pump-quiet');
    expect(told.pages.filter(({ alert }) => dark.some(({ id }) => id === alert))).toHaveLength(3);
    told.engine.act(told.only('hubs-dark').id, { action: 'ack', version: 1 }, nurse('Ana'), t0 + 6 * minute);
    for (const { id } of critical) told.engine.act(id, { action: 'ack', version: 1 }, nurse('Ana'), t0 + 6 * minute);
    told.taken();
    const pages = told.pages.length;
    told.until(t0 + 16 * minute);
    expect(told.open().filter(({ held }) => held === 'outage')).toHaveLength(54);
    const later = told.pages.slice(pages).filter(({ priority, kind }) => priority === 'medium' && kind === 'page');
    expect(later).toEqual([]);
    const again = told.pages.findLast(({ kind }) => kind === 'digest');
    expect(again?.gathers.slice(0, 6).sort()).toEqual(critical.map(({ id }) => id).sort());
  });

  it('end the outage when they come back, and those still dark call for themselves', () => {
    const told = ward(30);
    told.until(t0 + 16 * minute);
    const back = t0 + 17 * minute;
    for (let i = 4; i < 30; i += 1) told.reading({ seq: 1, hub: `hub-${i}`, pump: `pump-${i}`, at: back, alarms: [] });
    told.until(back + 2 * minute);
    expect(told.only('outage')).toMatchObject({ condition: 'cleared', state: 'open' });
    const last = told.open().find(({ hub, code }) => hub === 'hub-3' && code === 'hub-dark');
    expect(last).toMatchObject({ held: null, condition: 'active' });
    expect(told.pages.filter(({ alert }) => alert === last?.id).length).toBeGreaterThan(0);
  });

  it('are one patient with the pump that alarms: its high alert speaks, and the dark hub calls once that is taken', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['occlusion-downstream'], drug: 'milrinone' });
    told.until(t0 + 4 * minute);
    expect(told.only('hub-dark')).toMatchObject({ held: 'inhibited', priority: 'high' });
    expect(told.only('occlusion-downstream')).toMatchObject({ stateUnknown: true, held: null });
    expect(told.pages.filter(({ alert }) => alert === told.only('hub-dark').id)).toEqual([]);
    for (const code of ['occlusion-downstream', 'pump-quiet']) {
      const { id, version } = told.only(code);
      told.engine.act(id, { action: 'ack', version }, nurse('Ana'), t0 + 4 * minute);
    }
    told.until(t0 + 4 * minute + 31 * second);
    expect(told.only('hub-dark')).toMatchObject({ held: null });
    expect(told.pages.filter(({ alert }) => alert === told.only('hub-dark').id)).toHaveLength(1);
  });
});

describe('an alarm that comes and goes', () => {
  it('is told to a supervisor after five times in half an hour, and a high one pages all the same', () => {
    const told = new Told();
    let seq = 0;
    for (let i = 0; i < 6; i += 1) {
      for (let k = 0; k < 4; k += 1) {
        const at = t0 + i * 4 * minute + k * minute;
        told.reading({ seq: seq++, at, alarms: k === 0 ? ['air-in-line'] : [] });
      }
    }
    expect(told.only('air-in-line')).toMatchObject({ chatter: true, count: 6 });
    expect(told.only('alarm-chatter')).toMatchObject({ priority: 'low' });
    expect(kinds(told.events).filter((kind) => kind === 'chatter')).toHaveLength(1);
    const pages = told.pages.filter(({ alert, step }) => alert === told.only('air-in-line').id && step === 0);
    expect(pages).toHaveLength(6);
  });
});
