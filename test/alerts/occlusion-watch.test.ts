import { describe, expect, it } from 'vitest';
import { wallMs } from '#kernel/time.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';
import type { PumpReading } from '#model/reading.ts';
import { AlertEngine } from '../../gateway/alerts/engine.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import { kinds, minute, second, Told, t0 } from './fold.ts';

/** A pump at 5 mL/h on a line of 1 uL/mmHg that closes after half an hour: 1.4 mmHg/s from then on. */
class Line {
  readonly told = new Told();
  at = t0;
  #seq = 0;
  #pressure = 30;

  reading(over: Partial<PumpReading> = {}): ReadingEntry {
    this.told.story.offset += 1;
    const reading: PumpReading = {
      seq: this.#seq++,
      atMs: this.at,
      state: 'infusing',
      rateMlH: 5,
      pressureMmHg: Math.round(this.#pressure) + (this.#seq % 3),
      pressureLimitMmHg: 400,
      alarms: [],
      ...over,
    };
    const { offset } = this.told.story;
    const receivedAt = wallMs(this.at);
    return { kind: 'reading', offset, hub: 'hub-1', pump: 'pump-1', boot: 'boot-a', receivedAt, reading, wire: '{}' };
  }

  run(seconds: number, mmHgPerS: number, over: Partial<PumpReading> = {}): void {
    for (let s = 0; s < seconds; s += 10) {
      this.at += 10 * second;
      this.#pressure += 10 * mmHgPerS;
      this.told.fold(this.reading(over));
    }
  }
}

const advisories = (line: Line) => line.told.alerts().filter(({ code }) => code === 'occlusion-advisory');

describe('early word of an occlusion', () => {
  it('opens one low alert with the figures behind it, before the pump alarms', () => {
    const line = new Line();
    line.run(1_800, 0);
    expect(advisories(line)).toEqual([]);
    line.run(120, 1.4);
    const [advisory, ...more] = advisories(line);
    expect(more).toEqual([]);
    expect(advisory).toMatchObject({ priority: 'low', condition: 'active', pump: 'pump-1', state: 'open' });
    const opened = line.told.events.find(({ kind }) => kind === 'opened');
    expect(opened?.reason).toMatch(
      /^Pressure 3\d(\.\d)? to \d+(\.\d)? mmHg over 0\.\d+ mL: \d+(\.\d)? mmHg\/mL, .*Score [1-9]\.\d+ .* is (\d+ s|\d+ min) away\./,
    );
  });

  it('clears when the pressure falls back, and not before', () => {
    const line = new Line();
    line.run(1_800, 0);
    line.run(120, 1.4);
    line.run(60, 0);
    expect(advisories(line)[0]?.condition).toBe('active');
    line.run(120, -1.4);
    expect(advisories(line)[0]?.condition).toBe('clearing');
    line.run(400, 0);
    expect(advisories(line)[0]?.condition).toBe('cleared');
  });

  it("neither delays nor clears the pump's own alarm, which ends the advisory", () => {
    const line = new Line();
    line.run(1_800, 0);
    line.run(120, 1.4);
    line.run(10, 0, { state: 'stopped', rateMlH: 0, alarms: [{ code: 'occlusion-downstream' }] });
    const device = line.told.open().find(({ code }) => code === 'occlusion-downstream');
    expect(device).toMatchObject({ priority: 'high', condition: 'active', since: line.at });
    expect(advisories(line)[0]?.condition).toBe('clearing');
    line.run(600, -0.5, { state: 'stopped', rateMlH: 0, alarms: [{ code: 'occlusion-downstream' }] });
    expect(line.told.open().find(({ code }) => code === 'occlusion-downstream')?.condition).toBe('active');
  });

  it('goes on after a restart as if there had been none', () => {
    const whole = new Line();
    whole.run(1_800, 0);
    whole.run(120, 1.4);
    const first = new Line();
    first.run(1_800, 0);
    first.run(20, 1.4);
    const { hubs, pumps } = first.told.engine.changed();
    const saved = JSON.parse(
      JSON.stringify({
        now: first.at,
        at: first.at,
        offset: first.told.story.offset,
        contexts: [],
        hubs,
        pumps,
        open: [],
      }),
    );
    const second_ = new AlertEngine(defaultAlertPolicy, () => 'id-000001');
    second_.restore(saved);
    const events = [];
    for (let s = 0; s < 100; s += 10) {
      first.run(10, 1.4);
      const entry = first.reading();
      second_.fold({
        ...entry,
        offset: first.told.story.offset - 1,
        reading: { ...entry.reading, seq: entry.reading.seq - 1 },
      });
      events.push(...second_.takeEvents());
    }
    expect(kinds(events)).toContain('opened');
    expect(pumps[0]?.occlusion?.track.bins.length).toBeGreaterThan(1_000);
  });

  it('a backlog teaches and calls nobody', () => {
    const line = new Line();
    line.run(1_800, 0);
    for (let s = 0; s < 200; s += 10) {
      line.at += 10 * second;
      const late = line.reading({ pressureMmHg: 30 + 1.4 * s });
      line.told.fold({ ...late, receivedAt: wallMs(t0 + 1_800 * second + 90 * minute) });
    }
    expect(advisories(line)).toEqual([]);
  });

  it('a new boot of the hub with another clock starts afresh', () => {
    const line = new Line();
    line.run(1_800, 0);
    const late = line.reading({ seq: 0, atMs: line.at - 600 * minute });
    line.told.fold({ ...late, boot: 'boot-b' });
    expect(advisories(line)).toEqual([]);
  });
});
