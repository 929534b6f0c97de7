import { describe, expect, it } from 'vitest';
import { noPumpContext, type OrderedInfusion, type PumpContext } from '#model/pump-context.ts';
import type { PumpReading, PumpState } from '#model/reading.ts';
import { hour, minute, second, Told, t0 } from './fold.ts';

const order: OrderedInfusion = {
  id: 'order-1',
  drug: 'vancomycin',
  jcode: null,
  rateMlH: 100,
  volumeMl: 250,
  from: t0 - hour,
  to: null,
  continuous: true,
};
const ordered = (differs: Partial<OrderedInfusion> = {}): PumpContext => ({
  ...noPumpContext,
  patient: 'patient-7',
  order: { ...order, ...differs },
});

/** A pump that reports every ten seconds. */
class Pump {
  readonly told = new Told();
  at = t0;
  #seq = 0;

  constructor(context?: PumpContext) {
    if (context) this.told.engine.setContext('pump-1', context, t0);
  }

  /** Reports `state` for `lasts` ms. `more` is asked anew for each reading, with the time since the beginning. */
  run(
    lasts: number,
    more: Partial<PumpReading> | ((ms: number) => Partial<PumpReading>),
    state: PumpState = 'infusing',
  ) {
    const from = this.at;
    for (; this.at < from + lasts; this.at += 10 * second) {
      const told = typeof more === 'function' ? more(this.at - from) : more;
      this.told.reading({ seq: this.#seq++, at: this.at, alarms: [], state, more: told });
    }
    return this;
  }

  is(code: string) {
    return this.told.alerts().find((alert) => alert.code === code);
  }
}

const steady = { rateMlH: 100, programmedRateMlH: 100 };

describe('the rate that a pump gives', () => {
  it('is quiet when it is what was programmed and ordered', () => {
    expect(new Pump(ordered()).run(hour, steady).told.events).toEqual([]);
  });

  it('is far too high after twenty seconds and three readings, and that is high', () => {
    const pump = new Pump().run(minute, steady);
    const began = pump.at;
    pump.run(20 * second, { ...steady, rateMlH: 121 });
    expect(pump.is('delivery-high')).toBeUndefined();
    pump.run(10 * second, { ...steady, rateMlH: 121 });
    expect(pump.is('delivery-high')).toMatchObject({ priority: 'high', since: began, condition: 'active' });
  });

  it('is a little too high after two minutes, and that is medium; it becomes high when it gets worse', () => {
    const pump = new Pump().run(2 * minute, { ...steady, rateMlH: 112 });
    expect(pump.is('delivery-high')).toBeUndefined();
    pump.run(10 * second, { ...steady, rateMlH: 112 });
    expect(pump.is('delivery-high')).toMatchObject({ priority: 'medium' });
    pump.run(40 * second, { ...steady, rateMlH: 125 });
    expect(pump.is('delivery-high')).toMatchObject({ priority: 'high' });
  });

  it('is not over before it is well inside the tolerance', () => {
    const pump = new Pump().run(3 * minute, { ...steady, rateMlH: 88 });
    expect(pump.is('delivery-low')).toMatchObject({ priority: 'medium' });
    pump.run(10 * minute, { ...steady, rateMlH: 92 });
    expect(pump.is('delivery-low')).toMatchObject({ condition: 'active' });
    pump.run(5 * minute, { ...steady, rateMlH: 94 });
    expect(pump.is('delivery-low')).toMatchObject({ condition: 'cleared' });
  });

  it('is low and high at once where a critical drug was ordered', () => {
    const pump = new Pump(ordered({ drug: 'milrinone' })).run(40 * second, { ...steady, rateMlH: 80 });
    expect(pump.is('delivery-low')).toMatchObject({ priority: 'high', patient: 'patient-7' });
  });

  it('is held against the order where the programme is wrong', () => {
    const wrong = { rateMlH: 150, programmedRateMlH: 150 };
    expect(new Pump().run(hour, wrong).told.events).toEqual([]);
    expect(new Pump(ordered()).run(minute, wrong).is('delivery-high')).toMatchObject({ priority: 'high' });
    const later = ordered({ from: t0 + 2 * hour });
    expect(new Pump(later).run(hour, wrong).told.events).toEqual([]);
  });

  it('may be lower than ordered while an order is given in steps', () => {
    const slow = { rateMlH: 30, programmedRateMlH: 30 };
    expect(new Pump(ordered({ continuous: false })).run(hour, slow).told.events).toEqual([]);
    expect(new Pump(ordered()).run(hour, slow).is('delivery-low')).toBeDefined();
  });

  it('has another tolerance for one patient until that expires', () => {
    const own = {
      limit: 'rateTolerancePct',
      value: 30,
      order: 'order-1',
      by: 'Dr',
      expires: t0 + 10 * minute,
    } as const;
    const pump = new Pump({ ...ordered(), overrides: [own] }).run(9 * minute, { ...steady, rateMlH: 115 });
    expect(pump.told.events).toEqual([]);
    pump.run(5 * minute, { ...steady, rateMlH: 115 });
    expect(pump.is('delivery-high')).toBeDefined();
  });

  it('says nothing of a bolus', () => {
    expect(new Pump().run(hour, { ...steady, rateMlH: 400 }, 'bolus').told.events).toEqual([]);
  });

  it('is not believed when the counter of the pump moves otherwise', () => {
    const half = (ms: number) => ({ ...steady, infusedMl: (50 * ms) / hour });
    expect(new Pump().run(10 * minute, half).is('delivery-low')).toMatchObject({ priority: 'medium' });
    const whole = (ms: number) => ({ ...steady, infusedMl: Math.round((1000 * ms) / hour) / 10 });
    expect(new Pump().run(2 * hour, whole).told.events).toEqual([]);
  });
});

describe('an infusion', () => {
  it('has given more than was ordered', () => {
    const pump = new Pump(ordered()).run(minute, { ...steady, infusedMl: 270 });
    expect(pump.is('volume-exceeded')).toBeUndefined();
    pump.run(minute, { ...steady, infusedMl: 276 });
    expect(pump.is('volume-exceeded')).toMatchObject({ priority: 'high' });
  });

  it('stopped before its end', () => {
    const pump = new Pump().run(minute, { ...steady, remainingMl: 200, infusedMl: 50 });
    pump.run(2 * minute, { remainingMl: 200, infusedMl: 50 }, 'paused');
    expect(pump.is('stopped-early')).toBeUndefined();
    pump.run(10 * second, { remainingMl: 200, infusedMl: 50 }, 'paused');
    expect(pump.is('stopped-early')).toMatchObject({ priority: 'medium' });
    pump.run(5 * minute, { ...steady, remainingMl: 190, infusedMl: 60 });
    expect(pump.is('stopped-early')).toMatchObject({ condition: 'cleared' });
  });

  it('may be complete', () => {
    const pump = new Pump().run(minute, { ...steady, remainingMl: 1, infusedMl: 249 });
    expect(pump.run(hour, { remainingMl: 0, infusedMl: 250 }, 'complete').told.events).toEqual([]);
    expect(pump.run(hour, { remainingMl: 0, infusedMl: 250 }, 'off').is('stopped-early')).toBeUndefined();
  });

  it('flows although the pump stands still', () => {
    const pump = new Pump().run(minute, { ...steady, infusedMl: 10, remainingMl: 0.1, reservoirMl: 90 });
    const leak = (ms: number) => ({ reservoirMl: 90 - (10 * ms) / minute });
    pump.run(minute, leak, 'stopped');
    expect(pump.is('flow-while-stopped')).toMatchObject({ priority: 'high' });
    const held = new Pump().run(hour, { reservoirMl: 90, infusedMl: 10 }, 'stopped');
    expect(held.told.events).toEqual([]);
  });

  it('has not begun though its order has, whether or not the pump was ever heard', () => {
    for (const heard of [true, false]) {
      const pump = new Pump(ordered({ from: t0 }));
      if (heard) pump.run(29 * minute, {}, 'standby');
      pump.told.until(t0 + 29 * minute);
      expect(pump.is('not-started')).toBeUndefined();
      pump.told.until(t0 + 31 * minute);
      expect(pump.is('not-started')).toMatchObject({ priority: 'medium', patient: 'patient-7', since: t0 });
      pump.at = t0 + 31 * minute;
      pump.run(10 * minute, steady);
      expect(pump.is('not-started')).toMatchObject({ condition: 'cleared' });
    }
    const other = new Pump(ordered({ from: t0, continuous: false }));
    expect(other.told.until(t0 + 5 * hour)).toEqual([]);
  });
});

describe('forecasts', () => {
  it('tell when the bag will be empty, and more gravely when that is near', () => {
    const bag = (ms: number) => ({ ...steady, reservoirMl: 120 - (100 * ms) / hour });
    const pump = new Pump().run(12 * minute, bag);
    expect(pump.is('reservoir-forecast')).toBeUndefined();
    pump.run(10 * minute, (ms) => bag(ms + 12 * minute));
    expect(pump.is('reservoir-forecast')).toMatchObject({ priority: 'low' });
    expect(pump.is('reservoir-forecast')?.text).toMatch(/empty at about 01:1[12] UTC/);
    pump.run(40 * minute, (ms) => bag(ms + 22 * minute));
    expect(pump.is('reservoir-forecast')).toMatchObject({ priority: 'medium' });
    pump.run(10 * minute, { ...steady, reservoirMl: 500 });
    expect(pump.is('reservoir-forecast')).toMatchObject({ condition: 'cleared' });
  });

  it('are not made for a bag that lasts longer than the infusion', () => {
    const bag = { ...steady, reservoirMl: 20, remainingMl: 10 };
    expect(new Pump().run(hour, bag).told.events).toEqual([]);
  });

  it('tell when the battery will be empty', () => {
    const battery = (ms: number) => ({ ...steady, onMains: false, batteryPct: Math.round(60 - (40 * ms) / hour) });
    const pump = new Pump().run(20 * minute, battery);
    expect(pump.is('battery-forecast')).toBeUndefined();
    pump.run(30 * minute, (ms) => battery(ms + 20 * minute));
    expect(pump.is('battery-forecast')).toMatchObject({ priority: 'low' });
    pump.run(20 * minute, (ms) => battery(ms + 50 * minute));
    expect(pump.is('battery-forecast')).toMatchObject({ priority: 'medium' });
    pump.run(10 * minute, { ...steady, onMains: true, batteryPct: 20 });
    expect(pump.is('battery-forecast')).toMatchObject({ condition: 'cleared' });
  });
});

describe('the stream itself', () => {
  it('has a hole that lasts, which a technician hears of, until it is filled', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: [] });
    for (let i = 5; i < 100; i += 1) told.reading({ seq: i, at: t0 + i * 10 * second, alarms: [] });
    expect(told.only('sequence-gap')).toMatchObject({ priority: 'technical', condition: 'active' });
    for (let i = 1; i < 5; i += 1) told.reading({ seq: i, at: t0 + i * 10 * second, received: t0 + 1001 * second });
    expect(told.only('sequence-gap')).toMatchObject({ condition: 'clearing' });
  });

  it('comes from a hub whose clock is wrong', () => {
    const told = new Told();
    for (let i = 0; i < 10; i += 1) told.reading({ seq: i, at: t0 + i * 10 * second, skew: 5 * minute, alarms: [] });
    expect(told.only('clock-skew')).toMatchObject({ priority: 'low', hub: 'hub-1', pump: null });
    told.status({ at: t0 + 2 * minute, skew: hour });
    expect(told.only('clock-skew')).toMatchObject({ priority: 'medium' });
    told.status({ at: t0 + 3 * minute, skew: 0, boot: 'boot-b' });
    expect(told.only('clock-skew')).toMatchObject({ condition: 'clearing' });
  });
});

describe('late readings', () => {
  it('raise what is still there at the end of a backlog, with its true onset, and nothing else', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: [], more: steady });
    const back = t0 + hour;
    for (let i = 1; i < 360; i += 1) {
      const at = t0 + i * 10 * second;
      const bad = (i > 10 && i < 100) || i > 300;
      told.reading({ seq: i, at, received: back, alarms: [], more: { ...steady, rateMlH: bad ? 130 : 100 } });
    }
    const found = told.alerts().filter(({ code }) => code === 'delivery-high');
    expect(found).toMatchObject([{ since: t0 + 301 * 10 * second, learnedAt: back, condition: 'active' }]);
  });
});

describe('the volume counter against the rates', () => {
  const counted = (ms: number) => ({ ...steady, infusedMl: Math.round(ms / 360) / 100 });

  it('says nothing of a span in which the calendar of the gateway was set', () => {
    const pump = new Pump().run(hour, counted);
    const offset = pump.told.story.offset;
    for (let i = 0; i < 60; i += 1) {
      const at = pump.at + i * 10 * second;
      const more = counted(at - t0);
      pump.told.reading({ seq: offset + i, at, received: at + 2 * hour, alarms: [], more });
    }
    expect(pump.is('delivery-low')).toBeUndefined();
    expect(pump.is('delivery-high')).toBeUndefined();
  });

  it('tells of a counter that lags behind', () => {
    const pump = new Pump().run(hour, (ms) => ({ ...steady, infusedMl: Math.round(ms / 720) / 100 }));
    expect(pump.is('delivery-low')).toBeDefined();
  });
});
