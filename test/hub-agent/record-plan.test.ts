import { expect, it } from 'vitest';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { CLOCK_IS_SET_FROM, HubClock } from '#gateway/hub-agent/hub-clock.ts';
import { RecordPlan } from '#gateway/hub-agent/record-plan.ts';
import { millis, monoMs, seconds, wallMs } from '#kernel/time.ts';

const running: PumpObservation = { state: 'infusing', rateMlH: 5, alarms: [] };
const blocked: PumpObservation = { state: 'paused', rateMlH: 0, alarms: [{ code: 'occlusion-downstream' }] };

/** Seconds at which something was kept, looking as often as the plan says. */
function kept(plan: RecordPlan, from: number, to: number, show: (s: number) => PumpObservation) {
  const times: number[] = [];
  for (let s = from; s < to; ) {
    const verdict = plan.take(show(s), monoMs(s * 1_000));
    if (verdict.keep) times.push(s);
    s += verdict.nextLook / 1_000;
  }
  return times;
}

it('keeps a reading each 10 s while nothing happens, whatever the pace of the protocol', () => {
  expect(kept(new RecordPlan(millis(2_500)), 0, 40, () => running)).toEqual([0, 10, 20, 30]);
  expect(kept(new RecordPlan(millis(2_000)), 0, 40, () => running)).toEqual([0, 10, 20, 30]);
});

it('keeps an alarm at the look that finds it, then each second for two minutes, then each 10 s', () => {
  const times = kept(new RecordPlan(millis(2_500)), 0, 200, (s) => (s < 13 ? running : blocked));
  // Found at 15 s, the first look after it came.
  expect(times.slice(0, 5)).toEqual([0, 10, 15, 16, 17]);
  expect(times.filter((s) => s >= 15 && s < 135)).toHaveLength(120);
  expect(times.filter((s) => s >= 136)).toHaveLength(6);
});

it('an alarm that comes or goes is urgent; a first look without one, and a look that did not tell, are not', () => {
  const plan = new RecordPlan(seconds(2));
  const urgent = (observation: PumpObservation, s: number) => plan.take(observation, monoMs(s * 1_000)).urgent;
  const { alarms: _, ...silent } = running;
  expect(urgent(running, 0)).toBe(false);
  expect(urgent(blocked, 1)).toBe(true);
  expect(urgent({ ...silent, state: 'paused' }, 2)).toBe(false);
  expect(urgent(blocked, 3)).toBe(false);
  expect(urgent(running, 4)).toBe(true);
  expect(new RecordPlan(seconds(2)).take(blocked, monoMs(0)).urgent).toBe(true);
});

it('a change of state is kept at once', () => {
  const plan = new RecordPlan(seconds(2));
  plan.take(running, monoMs(0));
  expect(plan.take({ ...running, state: 'paused' }, monoMs(2_000)).keep).toBe(true);
});

it('a clock that was never set is not believed; one that is set, forward or back, is', () => {
  let wall = 0;
  let mono = 5_000;
  const machine = { wall: () => wallMs(wall), monotonic: () => monoMs(mono) };
  const last = CLOCK_IS_SET_FROM + 1_000_000;
  const clock = new HubClock(machine, last);
  expect(clock.now()).toBe(last);
  mono += 7_000;
  wall += 7_000;
  expect(clock.now()).toBe(last + 7_000);
  wall = last + 3_600_000;
  expect(clock.now()).toBe(wall);
  wall -= 1_800_000;
  expect(clock.now()).toBe(wall);
  expect(new HubClock({ wall: () => wallMs(0), monotonic: () => monoMs(0) }, undefined).now()).toBe(CLOCK_IS_SET_FROM);
});
