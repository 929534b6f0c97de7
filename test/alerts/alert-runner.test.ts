import { describe, expect, it } from 'vitest';
import { servicesOf } from '#benefit/service-records.ts';
import { millis } from '#kernel/time.ts';
import { hour, minute, nurse, Story, second, t0 } from './fold.ts';
import { RunnerRig } from './runner-rig.ts';

async function started(): Promise<{ rig: RunnerRig; story: Story }> {
  const rig = new RunnerRig();
  rig.runner.start();
  await rig.pass(0);
  return { rig, story: new Story() };
}

describe('the alert runner', () => {
  it('stores before it tells, and shows what it stored', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: ['air-in-line'] }));
    await rig.pass(1);
    expect(rig.told.map(({ position, value }) => [position, value.kind])).toEqual([
      [1, 'opened'],
      [2, 'paged'],
    ]);
    expect(rig.log).toEqual(rig.told);
    const [alert] = rig.desk.list({ state: 'open' });
    expect(rig.desk.get(alert?.id ?? '')).toMatchObject({
      alert,
      timeline: rig.told.map(({ value }) => value),
      rule: { source: 'pump', mdcCode: 197_200 },
      evidence: [{ offset: 1, kind: 'reading' }],
      pages: [{ step: 0, targets: ['primary'] }],
    });
    expect(rig.desk.openCount('pump-1')).toBe(1);
    expect(rig.runner.problem()).toBeNull();
  });

  it('stores readings that change no alert within a second, and knows how far it came', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: [] }));
    await rig.pass(1);
    expect(rig.runner.storedOffset()).toBe(1);
    rig.commit(story.reading({ seq: 1, at: t0 + 1, alarms: [] }));
    await rig.pass(1);
    expect(rig.runner.storedOffset()).toBe(1);
    await rig.pass(1_000);
    expect(rig.runner.storedOffset()).toBe(2);
  });

  it('acts durably, makes the service record in the same transaction, and closed alerts stay findable', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: ['under-infusion'] }));
    await rig.pass(second);
    const [open] = rig.desk.list({ state: 'open' });
    const id = open?.id ?? '';
    expect(rig.desk.act(id, { action: 'ack', version: 1 }, nurse('Ana'))).toMatchObject({ result: 'done' });
    rig.commit(story.reading({ seq: 1, at: t0 + 2 * second, alarms: [] }));
    for (let m = 1; m <= 20; m += 1) {
      rig.commit(story.reading({ seq: 1 + m, at: rig.clock.wall(), alarms: [] }));
      await rig.pass(minute);
    }
    expect(rig.desk.list({ state: 'open' })).toEqual([]);
    expect(rig.desk.list({ state: 'closed' }).map((alert) => alert.id)).toEqual([id]);
    expect(rig.desk.act(id, { action: 'note', version: 5, note: 'late entry' }, nurse('Ana'))).toMatchObject({
      result: 'done',
    });
    expect(rig.desk.get(id)?.timeline.map(({ kind }) => kind)).toEqual([
      'opened',
      'paged',
      'acknowledged',
      'clearing',
      'cleared',
      'closed',
      'noted',
    ]);
    expect(servicesOf(rig.store).map(({ action, performer }) => [action, performer])).toEqual([
      ['acknowledged', 'Ana'],
      ['noted', 'Ana'],
    ]);
    expect(rig.desk.act('nothing', { action: 'ack', version: 1 }, nurse('Ana'))).toEqual({ result: 'not-found' });
  });

  it('keeps everything in memory while the disk refuses, says so, and loses nothing', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: ['air-in-line'] }));
    await rig.pass(1);
    rig.store.refusing = true;
    rig.commit(story.reading({ seq: 1, at: t0 + 1, alarms: ['air-in-line', 'door-open'] }));
    await rig.pass(10 * second);
    expect(rig.runner.problem()).toMatchObject({ code: 'storage-refused', detail: 'the disk is full' });
    expect(rig.told).toHaveLength(2);
    expect(() => rig.desk.act('id-000001', { action: 'ack', version: 1 }, nurse('Ana'))).toThrow('the disk is full');
    rig.store.refusing = false;
    await rig.pass(10 * second);
    expect(rig.runner.problem()).toBeNull();
    expect(rig.log.map(({ value }) => value.kind)).toEqual(['opened', 'paged', 'opened', 'paged']);
    expect(rig.told).toEqual(rig.log);
    expect(rig.desk.act('id-000001', { action: 'ack', version: 1 }, nurse('Ana'))).toMatchObject({ result: 'done' });
  });

  it('raises the alert of a report that was committed before a crash within five seconds of the restart', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: [] }));
    await rig.pass(2 * second);
    rig.kill();
    rig.commit(story.reading({ seq: 1, at: t0 + 2 * second, alarms: ['free-flow'] }));
    await rig.pass(hour);
    rig.restart();
    await rig.pass(5 * second);
    const open = () =>
      rig.desk
        .list({ state: 'open' })
        .map(({ code }) => code)
        .sort();
    expect(open()).toEqual(['free-flow']);
    await rig.pass(15 * 60 * second);
    expect(open()).toEqual(['free-flow', 'hub-dark', 'pump-quiet']);
  });

  it('pages nobody for the silence of hubs because its calendar was set forward', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: [] }));
    await rig.pass(2 * second);
    rig.clock.stepWall(millis(2 * hour));
    rig.commit(story.reading({ seq: 1, at: t0 + 2 * second, received: rig.clock.wall(), alarms: [], pump: 'pump-2' }));
    await rig.pass(4 * 60 * second);
    expect(rig.desk.list({ state: 'open' })).toEqual([]);
    await rig.pass(2 * 60 * second);
    expect(rig.desk.list({ state: 'open' }).map(({ code, pump }) => [code, pump])).toContainEqual([
      'pump-quiet',
      'pump-1',
    ]);
  });

  it('restores thousands of pumps in no time and goes on where it was', async () => {
    const { rig, story } = await started();
    const pumps = Array.from({ length: 3_000 }, (_, i) => `pump-${i}`);
    rig.commit(...pumps.map((pump) => story.reading({ pump, seq: 0, at: t0, alarms: ['reservoir-low'] })));
    await rig.pass(2 * second);
    const before = performance.now();
    rig.restart();
    expect(performance.now() - before).toBeLessThan(2_000);
    await rig.pass(0);
    expect(rig.runner.open()).toHaveLength(3_000);
    rig.commit(...pumps.map((pump) => story.reading({ pump, seq: 1, at: t0 + 3 * second, alarms: ['reservoir-low'] })));
    await rig.pass(2 * second);
    expect(rig.log).toHaveLength(3_000);
  });

  it('passes over an entry that it cannot judge, and says so', async () => {
    const { rig, story } = await started();
    const broken = story.reading({ seq: 0, at: t0, alarms: [] });
    Object.defineProperty(broken, 'reading', {
      get: () => {
        throw new Error('unreadable');
      },
    });
    rig.commit(broken, story.reading({ seq: 1, at: t0, alarms: ['free-flow'] }));
    await rig.pass(second);
    expect(rig.runner.open()).toHaveLength(1);
    expect(rig.runner.problem()).toMatchObject({ code: 'gateway-fault', detail: 'unreadable' });
  });

  it('is not delayed by a calendar that is set back', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: [] }));
    await rig.pass(second);
    rig.clock.stepWall(millis(-3 * hour));
    await rig.pass(5 * minute);
    expect(rig.desk.list({ state: 'open' }).map(({ code }) => code)).toEqual(['pump-quiet']);
    rig.commit(story.reading({ seq: 1, at: rig.clock.wall(), alarms: ['door-open'] }));
    await rig.pass(10 * second);
    expect(rig.desk.list({ state: 'open' }).map(({ code }) => code)).toContain('door-open');
  });

  it('counts the time of its absence also under a calendar that had been set back', async () => {
    const { rig, story } = await started();
    rig.commit(story.reading({ seq: 0, at: t0, alarms: ['free-flow'] }));
    await rig.pass(second);
    rig.clock.stepWall(millis(-2 * hour));
    await rig.pass(10 * second);
    const steps = () => rig.log.filter(({ value }) => value.kind === 'paged').length;
    expect(steps()).toBe(1);
    rig.kill();
    await rig.pass(2 * minute);
    rig.restart();
    await rig.pass(second);
    expect(steps()).toBe(2);
  });

  it('tells of changes in the fleet at most once a second', async () => {
    const { rig, story } = await started();
    for (let i = 0; i < 50; i += 1) {
      rig.commit(story.reading({ seq: i, at: t0 + i * 100, alarms: [] }));
      await rig.pass(100);
    }
    expect(rig.fleetChanges.length).toBeGreaterThan(3);
    expect(rig.fleetChanges.length).toBeLessThanOrEqual(6);
    expect(rig.fleetChanges[0]).toEqual({ hubs: ['hub-1'], pumps: ['pump-1'] });
  });
});
