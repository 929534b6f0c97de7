import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '#model/journal-entry.ts';
import { Influxd, type InfluxRow } from '#support/influxd.ts';
import { type Choice, filled, influxQueries } from './dashboard-queries.ts';
import { alertLines, DAY_BEGINS, DAY_ENDS, readingLines, simulatedDay } from './simulated-day.ts';

const DATABASE = 'infusion';
const HOUR = 3_600_000;

/** Nothing narrowed down, over the whole day. */
const everything: Choice = { hub: [], model: [], pump: [], fromMs: DAY_BEGINS, toMs: DAY_ENDS, interval: '5m' };
/** The pump whose line the story blocks, by its own hub and model. */
const blocked: Choice = {
  ...everything,
  hub: ['hub-01'],
  model: ['infusomat-space'],
  pump: ['pump-01'],
  interval: '1m',
};
const several: Choice = { ...everything, hub: ['hub-01', 'hub-03'], pump: ['pump-01', 'pump-05'], interval: '10m' };

let server: Influxd;
let day: readonly JournalEntry[];

beforeAll(async () => {
  [server, day] = await Promise.all([Influxd.start(), simulatedDay()]);
  const lines = [...readingLines(day), ...alertLines(day)];
  await server.query(`CREATE DATABASE ${DATABASE}`);
  for (let i = 0; i < lines.length; i += 10_000) {
    expect(await server.write(DATABASE, lines.slice(i, i + 10_000).join('\n'))).toBe(204);
  }
}, 120_000);
afterAll(() => server.close());

const ask = (text: string, choice: Choice): Promise<InfluxRow[]> => server.query(filled(text, choice), DATABASE);

/** A value that is measured, not the time and not a tag's name alone. */
const tells = (rows: readonly InfluxRow[], tags: readonly string[]): boolean =>
  rows.some((row) =>
    Object.entries(row).some(([name, value]) => name !== 'time' && !tags.includes(name) && value !== null),
  );

const tags = ['hub', 'pump', 'model', 'priority', 'event'];

it('the day holds what the story tells', () => {
  const readings = day.filter((entry) => entry.kind === 'reading');
  expect(new Set(readings.map(({ pump }) => pump)).size).toBe(6);
  expect(readings.length).toBeGreaterThan(30_000);
});

describe.each(['fleet.json', 'pump.json', 'occlusions.json', 'hubs.json'])('%s', (file) => {
  const queries = influxQueries(file);
  const single = file === 'pump.json';

  it('has queries', () => expect(queries.length).toBeGreaterThan(5));

  it.each(single ? [] : queries)('$where answers for everything', async ({ text }) => {
    expect(tells(await ask(text, everything), tags)).toBe(true);
  });

  it.each(queries)('$where answers for the pump that was blocked', async ({ where, text }) => {
    // That pump's hub never went dark.
    const choice = /went dark/.test(where) ? everything : blocked;
    expect(tells(await ask(text, choice), tags)).toBe(true);
  });

  it.each(single ? [] : queries)('$where answers for several hubs and pumps', async ({ text }) => {
    expect(tells(await ask(text, several), tags)).toBe(true);
  });

  it.each(queries)('$where does not answer for a time before the day', async ({ where, text }) => {
    const before = { ...everything, fromMs: DAY_BEGINS - 40 * 24 * HOUR, toMs: DAY_BEGINS - HOUR };
    const rows = await ask(text, before);
    // The choices of variables do not depend on time.
    if (where.startsWith('variable')) expect(rows.length).toBeGreaterThan(0);
    else
      expect(
        rows.some((row) =>
          Object.values(row).some((value) => typeof value === 'string' && value.includes('occlusion')),
        ),
      ).toBe(false);
  });
});

describe('what the panels say is what the day was', () => {
  const query = (file: string, where: string): string => {
    const found = influxQueries(file).find((each) => each.where.startsWith(where));
    if (!found) throw new Error(`${file} has no ${where}`);
    return found.text;
  };
  const readingsOf = (pump: string) =>
    day.filter((entry) => entry.kind === 'reading').filter((entry) => entry.pump === pump);

  it('counts the pumps and hubs', async () => {
    expect(await ask(query('fleet.json', 'panel Pumps reporting'), everything)).toMatchObject([{ pumps: 6 }]);
    expect(await ask(query('fleet.json', 'panel Pumps reporting'), several)).toMatchObject([{ pumps: 2 }]);
    expect(await ask(query('hubs.json', 'panel Hubs reporting'), everything)).toMatchObject([{ hubs: 4 }]);
  });

  it('narrows the choices: a hub leaves its own pumps', async () => {
    const rows = await ask(query('fleet.json', 'variable pump'), { ...everything, hub: ['hub-03'] });
    expect(rows.map(({ value }) => value)).toEqual(['pump-04', 'pump-05']);
  });

  it('keeps the highest pressure of a blocked line', async () => {
    const rows = await ask(query('pump.json', 'panel Pressure A'), blocked);
    const highest = Math.max(...readingsOf('pump-01').map(({ reading }) => reading.pressureMmHg ?? 0));
    expect(Math.max(...rows.map(({ max }) => Number(max ?? 0)))).toBeCloseTo(highest, 6);
  });

  it('leaves null where nothing was measured', async () => {
    const into = { ...blocked, fromMs: DAY_BEGINS - HOUR, toMs: DAY_BEGINS + HOUR };
    const rows = await ask(query('pump.json', 'panel Rate A'), into);
    expect(rows[0]?.['mean']).toBeNull();
    expect(rows.at(-2)?.['mean']).not.toBeNull();
  });

  it('counts occlusion alarms by their onsets, and none that is on when the line is open again', async () => {
    let onsets = 0;
    let on = false;
    for (const { reading } of readingsOf('pump-01')) {
      const now = reading.alarms?.some(({ code }) => code === 'occlusion-downstream') ?? false;
      if (now && !on) onsets += 1;
      on = now;
    }
    expect(onsets).toBeGreaterThan(20);
    expect(await ask(query('occlusions.json', 'panel Occlusion alarms A'), blocked)).toMatchObject([
      { alarms: onsets },
    ]);
    expect(await ask(query('occlusions.json', 'panel Blocked now'), blocked)).toMatchObject([{ on: on ? 1 : 0 }]);
  });

  it('marks each onset once', async () => {
    const rows = await ask(query('pump.json', 'annotation High alarms'), blocked);
    expect(rows.every(({ active, priority }) => active === 1 && priority === 'high')).toBe(true);
    expect(rows.some(({ code, pump }) => code === 'occlusion-downstream' && pump === 'pump-01')).toBe(true);
  });

  it('shows how long a pump was silent', async () => {
    const rows = await ask(query('hubs.json', 'panel Longest silence'), everything);
    const longest = Math.max(...rows.map(({ max }) => Number(max ?? 0)));
    const silences = ['pump-01', 'pump-03', 'pump-04'].flatMap((pump) => {
      const at = readingsOf(pump)
        .map(({ reading }) => reading.atMs)
        .sort((a, b) => a - b);
      return at.map((ms, i) => Math.floor((ms - (at[i - 1] ?? ms)) / 1_000));
    });
    expect(longest).toBe(Math.max(...silences));
  });
});
