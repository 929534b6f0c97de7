import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { defaultBenefitSettings } from '#benefit/settings.ts';
import type { HeldRange } from '#model/held-range.ts';
import { careOf, ms, patient, pump, type Rig, rigAt } from '../desk/rig.ts';

const REACH_MS = 6 * 3_600_000;
const now = '2026-06-01 12:00';

/** As dates of the patient's calendar, so that a person can read it. */
const whole = (from: string, to: string, of = pump): HeldRange => ({
  pump: of,
  fromMs: ms(`${from} 00:00`) - REACH_MS,
  toMs: ms(`${to} 00:00`) + REACH_MS,
});

const held = (rig: Rig): Promise<HeldRange[]> => rig.desk.heldReadings(rig.clock.wall());

describe('readings that the journal has to keep', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = rigAt(now);
  });

  it('are those of a date with a signed service, by the patient’s calendar, and nothing else', async () => {
    expect(await held(rig)).toEqual([]);
    await rig.visit('2026-03-08');
    // The day on which clocks went forward has 23 hours.
    expect(await held(rig)).toEqual([whole('2026-03-08', '2026-03-09')]);
    const draft = { kind: 'remote-monitoring', start: ms('2026-03-20 10:00'), place: 'remote', credential: 'rn' };
    rig.desk.beginService(patient, draft, 'nurse-1');
    expect(await held(rig), 'not signed').toHaveLength(1);
  });

  it('are held though nobody asked for the day while the journal had them', async () => {
    await rig.visit('2026-03-04');
    expect(rig.desk.evidence.list(patient)).toEqual([]);
    expect(await held(rig)).toHaveLength(1);
  });

  it('of a pump that was given in the midst of the day are held from then on', async () => {
    rig.care.all.set(
      patient,
      careOf({
        assignments: [
          { id: 'a-1', pump: 'old', patient, from: ms('2026-01-01 00:00'), to: ms('2026-03-04 10:00') },
          { id: 'a-2', pump: 'new', patient, from: ms('2026-03-04 10:00'), to: null },
        ],
      }),
    );
    await rig.visit('2026-03-04');
    expect(await held(rig)).toEqual([
      { pump: 'old', fromMs: ms('2026-03-04 00:00') - REACH_MS, toMs: ms('2026-03-04 10:00') + REACH_MS },
      { pump: 'new', fromMs: ms('2026-03-04 10:00') - REACH_MS, toMs: ms('2026-03-05 00:00') + REACH_MS },
    ]);
  });

  it('are held for the years of the settings', async () => {
    for (const [at, count] of [
      ['2036-03-03 12:00', 1],
      ['2036-03-06 12:00', 0],
    ] as const) {
      const later = rigAt(at);
      await later.visit('2026-03-04');
      expect(await held(later), at).toHaveLength(count);
    }
  });

  it('of a patient under a legal hold are all that were ever theirs, for as long as it lasts', async () => {
    const settings = { ...defaultBenefitSettings, legalHolds: [patient, 'unknown'] };
    const legal = rigAt('2060-01-01 12:00', careOf(), settings);
    const [one, ...more] = await held(legal);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ pump, fromMs: ms('2026-01-01 00:00') - REACH_MS });
    expect(one?.toMs).toBeGreaterThan(ms('2999-01-01 00:00'));
  });
});

it('nothing of the benefit removes what it has written', () => {
  const folder = join(import.meta.dirname, '../../../gateway/benefit');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(40);
  expect(
    files.filter((file) => /\btx\.delete\(|\.unlink|\brmSync/.test(readFileSync(join(folder, file), 'utf8'))),
  ).toEqual([]);
});
