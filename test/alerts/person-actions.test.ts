import { describe, expect, it } from 'vitest';
import type { AlertAction } from '#model/alert.ts';
import { hour, kinds, minute, nurse, second, Told, t0 } from './fold.ts';

function withAlarm(code = 'occlusion-downstream') {
  const told = new Told();
  told.reading({ seq: 0, at: t0, alarms: [code] });
  const { id } = told.only();
  let now = t0;
  const act = (action: AlertAction, person = 'Ana') => {
    now += second;
    const answer = told.engine.act(id, action, nurse(person), now);
    return { ...answer, kinds: kinds(told.taken()) };
  };
  let seq = 0;
  const clear = (at: number) => {
    seq += 1;
    told.reading({ seq, at, alarms: [] });
    now = at + 6 * minute;
    seq += 1;
    told.reading({ seq, at: at + 4 * minute, alarms: [] });
    told.until(now);
  };
  return { told, id, act, clear };
}

describe('acknowledging', () => {
  it('names the person, lasts as long as the policy says, and falls back', () => {
    const { told, act } = withAlarm();
    expect(act({ action: 'ack', version: 1, note: 'calling' })).toMatchObject({
      result: 'done',
      kinds: ['acknowledged'],
      alert: {
        version: 2,
        response: 'acknowledged',
        acknowledgedBy: 'Ana',
        acknowledgementExpires: t0 + second + 15 * minute,
      },
    });
    expect(told.events.at(-1)).toMatchObject({ by: 'Ana', note: 'calling' });
    for (let i = 1; i < 20; i += 1) told.reading({ seq: i, at: t0 + i * minute, alarms: ['occlusion-downstream'] });
    expect(told.only()).toMatchObject({ version: 3, response: 'unacknowledged', acknowledgedBy: null });
    expect(kinds(told.events)).toContain('acknowledgement-expired');
  });

  it('is done without a second event when repeated', () => {
    const { act } = withAlarm();
    act({ action: 'ack', version: 1 });
    expect(act({ action: 'ack', version: 1 })).toMatchObject({ result: 'done', kinds: [], alert: { version: 2 } });
    expect(act({ action: 'ack', version: 2 })).toMatchObject({ result: 'done', kinds: [], alert: { version: 2 } });
  });

  it('is refused as stale to the second of two people', () => {
    const { act } = withAlarm();
    act({ action: 'ack', version: 1 });
    expect(act({ action: 'ack', version: 1 }, 'Ben')).toMatchObject({
      result: 'stale',
      kinds: [],
      alert: { acknowledgedBy: 'Ana', version: 2 },
    });
    expect(act({ action: 'ack', version: 2 }, 'Ben')).toMatchObject({
      result: 'done',
      alert: { acknowledgedBy: 'Ben' },
    });
    expect(act({ action: 'ack', version: 1 })).toMatchObject({ result: 'stale', alert: { acknowledgedBy: 'Ben' } });
  });

  it('closes a cleared medium alert, which had waited to be seen', () => {
    const { told, act, clear } = withAlarm('under-infusion');
    clear(t0 + minute);
    told.until(t0 + 20 * minute);
    const missed = told.open().find(({ code }) => code === 'under-infusion');
    expect(missed).toMatchObject({ condition: 'cleared', response: 'unacknowledged' });
    expect(act({ action: 'ack', version: missed?.version ?? 0 })).toMatchObject({
      result: 'done',
      kinds: ['acknowledged', 'closed'],
      alert: { state: 'closed' },
    });
  });

  it('answers not-found for an id that never was', () => {
    const { told } = withAlarm();
    expect(told.engine.act('nothing', { action: 'ack', version: 1 }, nurse('Ana'), t0)).toEqual({
      result: 'not-found',
    });
  });
});

describe('closing', () => {
  it('is not allowed while the condition is there', () => {
    const { act } = withAlarm();
    act({ action: 'ack', version: 1 });
    expect(act({ action: 'close', version: 2, outcome: 'kinked-line' })).toMatchObject({
      result: 'not-allowed',
      kinds: [],
    });
  });

  it('demands an acknowledgement of a high alert', () => {
    const { told, act, clear } = withAlarm();
    clear(t0 + minute);
    const { version } = told.only();
    expect(told.only()).toMatchObject({ condition: 'cleared', state: 'open' });
    expect(act({ action: 'close', version, outcome: 'false' })).toMatchObject({ result: 'not-allowed' });
    act({ action: 'ack', version });
    expect(act({ action: 'close', version: version + 1, outcome: 'kinked-line', note: 'straightened' })).toMatchObject({
      result: 'done',
      kinds: ['closed'],
      alert: { state: 'closed', outcome: 'kinked-line' },
    });
    expect(told.open()).toEqual([]);
  });

  it('keeps reminding of a cleared high alert that nobody closes', () => {
    const { told, act, clear } = withAlarm();
    act({ action: 'ack', version: 1 });
    clear(t0 + minute);
    told.until(t0 + hour);
    expect(told.open()[0]).toMatchObject({ condition: 'cleared', response: 'acknowledged' });
    told.until(t0 + hour + second);
    expect(told.open()[0]).toMatchObject({ condition: 'cleared', response: 'unacknowledged', state: 'open' });
  });
});

describe('snoozing, assigning, noting', () => {
  it('snoozes within the limits only, and with a reason', () => {
    const { act } = withAlarm();
    expect(act({ action: 'snooze', version: 1, minutes: 11, reason: 'x' })).toMatchObject({ result: 'not-allowed' });
    expect(act({ action: 'snooze', version: 1, minutes: 10, reason: ' ' })).toMatchObject({ result: 'not-allowed' });
    expect(act({ action: 'snooze', version: 1, minutes: 10, reason: 'on the phone' })).toMatchObject({
      result: 'done',
      kinds: ['snoozed'],
      alert: { response: 'snoozed' },
    });
    expect(act({ action: 'snooze', version: 2, minutes: 10, reason: 'still' })).toMatchObject({ result: 'done' });
    expect(act({ action: 'snooze', version: 3, minutes: 1, reason: 'again' })).toMatchObject({ result: 'not-allowed' });
  });

  it('ends a snooze at its time, or when the pump reports something new', () => {
    const { told, act } = withAlarm();
    act({ action: 'snooze', version: 1, minutes: 10, reason: 'on the phone' });
    expect(
      kinds(told.reading({ seq: 1, at: t0 + minute, alarms: ['occlusion-downstream', 'battery-depleted'] })),
    ).toEqual(['snooze-expired', 'opened']);
    act({ action: 'snooze', version: 3, minutes: 10, reason: 'again' });
    for (let i = 2; i < 13; i += 1)
      told.reading({ seq: i, at: t0 + i * minute, alarms: ['occlusion-downstream', 'battery-depleted'] });
    expect(kinds(told.events).filter((kind) => kind === 'snooze-expired')).toHaveLength(2);
  });

  it('leaves the one who has it responsible until the other takes it', () => {
    const { act } = withAlarm();
    act({ action: 'ack', version: 1 });
    expect(act({ action: 'assign', version: 2, to: 'Ben' })).toMatchObject({
      kinds: ['assigned'],
      alert: { acknowledgedBy: 'Ana' },
    });
    expect(act({ action: 'ack', version: 3 }, 'Ben')).toMatchObject({
      kinds: ['acknowledged'],
      alert: { acknowledgedBy: 'Ben' },
    });
  });

  it('takes a note once', () => {
    const { act } = withAlarm();
    expect(act({ action: 'note', version: 1, note: '' })).toMatchObject({ result: 'not-allowed' });
    expect(act({ action: 'note', version: 1, note: 'spoke to the son' })).toMatchObject({ kinds: ['noted'] });
    expect(act({ action: 'note', version: 1, note: 'spoke to the son' })).toMatchObject({ result: 'done', kinds: [] });
    expect(act({ action: 'note', version: 1, note: 'other' })).toMatchObject({ result: 'stale', kinds: [] });
  });
});
