import { describe, expect, it } from 'vitest';
import { noPumpContext, type PumpContext } from '#model/pump-context.ts';
import { alertInputStream } from '../../gateway/alerts/alert-store.ts';
import { kinds, minute, Story, Told, t0 } from './fold.ts';
import { RunnerRig } from './runner-rig.ts';

const disk = { code: 'disk-low', hub: null, pump: null, active: true, text: 'The disk is nearly full: 7 % free.' };
const forPatient: PumpContext = { ...noPumpContext, patient: 'patient-7' };

describe('a technical condition', () => {
  it('is one alert however often it is told, and clears only when it is told to be over', () => {
    const told = new Told();
    told.engine.technical(disk, t0);
    told.engine.technical(disk, t0 + minute);
    expect(kinds(told.taken()).filter((kind) => kind !== 'paged')).toEqual(['opened']);
    expect(told.only()).toMatchObject({ code: 'disk-low', priority: 'technical', hub: null, pump: null });
    told.until(t0 + 20 * minute);
    expect(told.only()).toMatchObject({ condition: 'active' });
    told.engine.technical({ ...disk, active: false }, t0 + 21 * minute);
    told.until(t0 + 30 * minute);
    expect(told.alerts()[0]).toMatchObject({ condition: 'cleared' });
  });

  it('comes back into the same occurrence within its window', () => {
    const told = new Told();
    for (const [after, active] of [true, false, true].entries()) {
      told.engine.technical({ ...disk, active }, t0 + after * minute);
    }
    told.taken();
    expect(told.only()).toMatchObject({ condition: 'active', count: 2 });
  });

  it('has the priority that the policy gives its code', () => {
    const told = new Told();
    told.engine.technical({ ...disk, code: 'nobody-reachable' }, t0);
    expect(told.only()).toMatchObject({ priority: 'high' });
  });
});

describe('what is known of a pump from outside', () => {
  it('names the patient in its alerts, told before or after the pump is first heard', () => {
    for (const early of [true, false]) {
      const told = new Told();
      if (early) told.engine.setContext('pump-1', forPatient, t0);
      else told.reading({ seq: 0, at: t0, alarms: [] });
      if (!early) told.engine.setContext('pump-1', forPatient, t0);
      told.reading({ seq: 1, at: t0 + minute, alarms: ['air-in-line'] });
      expect(told.only()).toMatchObject({ patient: 'patient-7' });
    }
  });

  it('is stored with what was told, once, and is there after a restart', async () => {
    const rig = new RunnerRig();
    const story = new Story();
    rig.runner.start();
    await rig.pass(0);
    rig.runner.setContext('pump-1', forPatient);
    rig.runner.setContext('pump-1', forPatient);
    rig.runner.technical(disk);
    rig.restart();
    await rig.pass(0);
    rig.runner.technical(disk);
    rig.commit(story.reading({ seq: 0, at: rig.clock.wall(), alarms: ['air-in-line'] }));
    await rig.pass(1_000);
    expect(rig.desk.list().map(({ code, patient }) => [code, patient])).toEqual([
      ['air-in-line', 'patient-7'],
      ['disk-low', null],
    ]);
    const inputs = rig.store.read<{ input: string }>(alertInputStream, 0, 10).map(({ value }) => value.input);
    expect(inputs).toEqual(['started', 'context', 'technical', 'started']);
  });
});
