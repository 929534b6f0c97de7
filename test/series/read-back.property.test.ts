import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingToWire } from '#codec/hub-json.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { Influx1Store } from '#series/influx1.ts';
import { readingLine } from '#series/line-protocol.ts';
import { pumpReading } from '#support/arbitrary-reading.ts';
import { Influxd } from '#support/influxd.ts';
import { T0 } from './list-journal.ts';

const { signal } = new AbortController();
let server: Influxd;
let store: Influx1Store;
beforeAll(async () => {
  server = await Influxd.start();
  store = new Influx1Store({ url: server.url, database: 'db' }, new SystemClock());
});
afterAll(async () => {
  await store.close();
  await server.close();
});

/** What InfluxDB has to hold of each field, by its type there. */
const types = {
  seq: 'integer',
  boot: 'string',
  state: 'string',
  infusion: 'string',
  drug: 'string',
  rate_ml_h: 'float',
  programmed_rate_ml_h: 'float',
  infused_ml: 'float',
  remaining_ml: 'float',
  reservoir_ml: 'float',
  pressure_mmhg: 'float',
  pressure_limit_mmhg: 'float',
  battery_pct: 'float',
  on_mains: 'boolean',
} as const;

const pumps = ['pump-1', 'pump-2', 'pump-3'];
const models = ['infusomat-space', 'Model, with=signs and blanks'];

describe('readings written to a real InfluxDB', () => {
  it('come back field by field, and neither types nor series grow with what is in them', async () => {
    const one = fc.record({
      pump: fc.constantFrom(...pumps),
      model: fc.constantFrom(...models),
      reading: pumpReading(T0),
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(one, { minLength: 1, maxLength: 40, selector: (r) => r.reading.seq }),
        async (all) => {
          round += 1;
          const boot = `boot-${round}`;
          const lines = all.map(({ pump, model, reading }) =>
            readingLine({ hub: 'hub-1', pump, boot, reading }, model),
          );
          await store.write(lines, signal);
          const rows = await server.query(`SELECT * FROM pump_reading WHERE boot = '${boot}'`, 'db');
          expect(rows).toHaveLength(all.length);
          const bySeq = new Map(rows.map((row) => [row['seq'], row]));
          for (const { pump, model, reading } of all) {
            const row = bySeq.get(reading.seq);
            const wire = { ...readingToWire(reading), boot };
            expect(row).toMatchObject({ hub: 'hub-1', pump, model });
            expect(Math.floor(Number(row?.['time']) / 1e6)).toBe(reading.atMs);
            for (const name of Object.keys(types)) {
              expect([name, row?.[name] ?? null]).toEqual([name, Reflect.get(wire, name) ?? null]);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
    const keys = await server.query('SHOW FIELD KEYS FROM pump_reading', 'db');
    expect(Object.fromEntries(keys.map((row) => [row['fieldKey'], row['fieldType']]))).toEqual(types);
    const series = await server.query('SHOW SERIES FROM pump_reading', 'db');
    // One hub: each pump with each model, however many texts came in drug, infusion and boot.
    expect(series).toHaveLength(pumps.length * models.length);
  }, 60_000);
});
