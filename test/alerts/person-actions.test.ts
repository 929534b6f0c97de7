import { describe, expect, it } from 'vitest';
import type { AlertAction } from '#model/alert.ts';
import type { Person, Role } from '#model/role.ts';
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
    const { told, id, clear } = withAlarm('under-infusion');
    clear(t0 + minute);
    told.until(t0 + 20 * minute);
    const missed = told.open().find(({ code }) => code === 'under-infusion');
    expect(missed).toMatchObject({ condition: 'cleared', response: 'unacknowledged' });
    const version = missed?.version ?? 0;
    told.engine.act(id, { action: 'ack', version }, nurse('Ana'), t0 + 20 * minute);
    expect(kinds(told.taken())).toEqual(['acknowledged', 'closed']);
    expect(told.alerts()[0]).toMatchObject({ state: 'closed' });
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

describe('handing over', () => {
  it('asks one person, who alone can accept, and whoever has it answers for it until then', () => {
    const { told, act } = withAlarm();
    act({ action: 'ack', version: 1 });
    act({ action: 'assign', version: 2, to: 'Ben' });
    expect(told.pages.at(-1)).toMatchObject({ kind: 'page', targets: [{ person: 'Ben' }] });
    expect(act({ action: 'accept', version: 3 }, 'Cleo')).toMatchObject({ result: 'not-allowed' });
    expect(act({ action: 'decline', version: 3 }, 'Ben')).toMatchObject({
      result: 'done',
      alert: { acknowledgedBy: 'Ana', assignedTo: null, nextStepAt: null },
    });
    act({ action: 'assign', version: 4, to: 'Ben' });
    expect(act({ action: 'accept', version: 5 }, 'Ben')).toMatchObject({
      alert: { acknowledgedBy: 'Ben', assignedTo: null },
    });
    expect(act({ action: 'accept', version: 5 }, 'Ben')).toMatchObject({ result: 'done', kinds: [] });
  });

  it('leaves it with nobody when whoever has it declines, and calls at once', () => {
    const { told, act } = withAlarm();
    act({ action: 'ack', version: 1 });
    const pages = told.pages.length;
    expect(act({ action: 'decline', version: 2, reason: 'in traffic' })).toMatchObject({
      alert: { response: 'unacknowledged', acknowledgedBy: null },
    });
    expect(told.pages.slice(pages)).toMatchObject([{ kind: 'page', targets: ['primary', { person: 'Ana' }] }]);
  });
});

describe('taking back', () => {
  it('undoes one person’s own last act within a minute, and the call goes on', () => {
    const { told, id, act } = withAlarm();
    act({ action: 'snooze', version: 1, minutes: 10, reason: 'wrong row' });
    expect(act({ action: 'undo', version: 2 }, 'Ben')).toMatchObject({ result: 'not-allowed' });
    const pages = told.pages.length;
    expect(act({ action: 'undo', version: 2 })).toMatchObject({
      result: 'done',
      kinds: ['undone'],
      alert: { response: 'unacknowledged', version: 3 },
    });
    expect(told.pages.slice(pages)).toMatchObject([{ step: 1, kind: 'page' }]);
    expect(act({ action: 'undo', version: 3 })).toMatchObject({ result: 'not-allowed' });
    told.engine.act(id, { action: 'ack', version: 3 }, nurse('Ana'), t0 + minute);
    const late = told.engine.act(id, { action: 'undo', version: 4 }, nurse('Ana'), t0 + 3 * minute);
    expect(late).toMatchObject({ result: 'not-allowed' });
  });

  it('opens what was closed by mistake', () => {
    const { told, id, act, clear } = withAlarm();
    act({ action: 'ack', version: 1 });
    clear(t0 + minute);
    const { version } = told.only();
    act({ action: 'close', version, outcome: 'false' });
    expect(told.open()).toEqual([]);
    expect(act({ action: 'undo', version: version + 1 })).toMatchObject({
      alert: { id, state: 'open', outcome: null },
    });
    expect(told.only()).toMatchObject({ response: 'acknowledged', acknowledgedBy: 'Ana' });
  });
});

describe('who may', () => {
  const as = (role: Role, name = 'Sue'): Person => ({ name, role, agency: null });

  it('shelves: a supervisor, within the limit, never a high one; it stays listed, and calls again when that ends', () => {
    const told = new Told();
    told.reading({ seq: 0, at: t0, alarms: ['under-infusion', 'air-in-line'] });
    const shelve = (code: string, person: Person, minutes = 60) => {
      const { id, version } = told.only(code);
      return told.engine.act(id, { action: 'shelve', version, minutes, reason: 'known drift' }, person, t0 + second);
    };
    expect(shelve('under-infusion', nurse('Ana'))).toMatchObject({ result: 'forbidden' });
    expect(shelve('air-in-line', as('supervisor'))).toMatchObject({ result: 'not-allowed' });
    expect(shelve('under-infusion', as('supervisor'), 481)).toMatchObject({ result: 'not-allowed' });
    expect(shelve('under-infusion', as('supervisor'))).toMatchObject({ result: 'done' });
    for (let i = 1; i <= 20; i += 1) {
      told.reading({
        seq: i,
        at: t0 + i * minute,
        alarms: i % 6 < 3 ? ['under-infusion', 'air-in-line'] : ['air-in-line'],
      });
    }
    expect(told.only('under-infusion')).toMatchObject({ response: 'shelved', nextStepAt: null });
    expect(told.open().filter(({ code }) => code === 'under-infusion')).toHaveLength(1);
    for (let i = 21; i <= 62; i += 1)
      told.reading({ seq: i, at: t0 + i * minute, alarms: ['under-infusion', 'air-in-line'] });
    expect(told.only('under-infusion')).toMatchObject({ response: 'unacknowledged' });
    expect(told.pages.at(-1)?.alert).toBeDefined();
    expect(kinds(told.events)).toContain('shelving-expired');
  });

  it('snoozes past the limit: a supervisor', () => {
    const { told, id, act } = withAlarm();
    act({ action: 'snooze', version: 1, minutes: 10, reason: 'x' });
    act({ action: 'snooze', version: 2, minutes: 10, reason: 'x' });
    const more = { action: 'snooze', version: 3, minutes: 5, reason: 'x' } as const;
    expect(told.engine.act(id, more, nurse('Ana'), t0 + minute)).toMatchObject({ result: 'not-allowed' });
    expect(told.engine.act(id, more, as('supervisor'), t0 + minute)).toMatchObject({ result: 'done' });
  });

  it('answers: no technician for a patient, no biller for anything, a technician for the gateway', () => {
    const { told, id } = withAlarm();
    for (const role of ['technician', 'billing', 'auditor'] as const) {
      expect(told.engine.act(id, { action: 'ack', version: 1 }, as(role), t0)).toMatchObject({ result: 'forbidden' });
    }
    const disk = { code: 'disk-low', hub: null, pump: null, active: true, text: 'The disk is nearly full.' };
    told.engine.technical(disk, t0);
    const { id: technical } = told.only('disk-low');
    expect(told.engine.act(technical, { action: 'ack', version: 1 }, as('technician'), t0)).toMatchObject({
      result: 'done',
    });
  });

  it('gives a source up: a supervisor, with a reason, and only one that is silent; it is in the log for ever', () => {
    const { told, id } = withAlarm();
    const retire = (version: number, person: Person) =>
      told.engine.act(
        id,
        { action: 'retire', version, reason: 'pump came back to the depot' },
        person,
        told.engine.now,
      );
    expect(retire(1, as('supervisor'))).toMatchObject({ result: 'not-allowed' });
    told.until(t0 + hour);
    const { version } = told.only('occlusion-downstream');
    expect(retire(version, nurse('Ana'))).toMatchObject({ result: 'forbidden' });
    expect(retire(version, as('supervisor'))).toMatchObject({ alert: { state: 'closed', outcome: 'retired' } });
    told.taken();
    told.reading({ seq: 1, at: t0 + 2 * hour, alarms: ['air-in-line'] });
    expect(told.only('air-in-line')).toMatchObject({ condition: 'active' });
  });
});
