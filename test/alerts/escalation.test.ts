import { describe, expect, it } from 'vitest';
import type { Page } from '#model/paging.ts';
import { noPumpContext } from '#model/pump-context.ts';
import { inDayHours } from '../../gateway/alerts/day-hours.ts';
import { hour, minute, nurse, second, Told, t0 } from './fold.ts';

/** A pump that keeps reporting the alarm every half minute. */
class Ringing {
  readonly told = new Told();
  at = t0;
  #seq = 0;
  readonly #code: string;

  constructor(code = 'occlusion-downstream') {
    this.#code = code;
    this.ring();
  }

  ring(alarms: readonly string[] = [this.#code]): void {
    this.told.reading({ seq: this.#seq++, at: this.at, alarms });
  }

  until(at: number, alarms?: readonly string[]): this {
    for (; this.at + 30 * second <= at; ) {
      this.at += 30 * second;
      this.ring(alarms);
    }
    return this;
  }

  get alert() {
    const [alert] = this.told.alerts();
    if (!alert) throw new Error('no alert');
    return alert;
  }

  act(action: 'ack' | 'decline', name = 'Ana') {
    const { id, version } = this.alert;
    const result = this.told.engine.act(id, { action, version }, nurse(name), this.at);
    this.told.taken();
    return result;
  }

  /** Who was paged when: minutes since the beginning, step, targets, first channels. */
  get calls(): string[] {
    return this.told.pages.map(callOf);
  }
}

function callOf({ at, kind, step, round, targets, channels }: Page): string {
  const who = targets.map((target) => (typeof target === 'string' ? target : target.person)).join('+');
  return `${(at - t0) / minute} ${kind} ${step}.${round} ${who} ${channels[0]?.join('+')}`;
}

describe('a high alert that nobody takes', () => {
  it('goes through its steps and then on without end', () => {
    expect(new Ringing().until(t0 + 26 * minute).calls).toEqual([
      '0 page 0.0 primary push+sms',
      '2 page 1.0 primary voice',
      '5 page 2.0 backup push+sms',
      '10 page 3.0 supervisor push+sms',
      '15 page 4.0 everyone+pharmacist push+sms',
      '20 page 4.1 everyone+pharmacist push+sms',
      '25 page 4.2 everyone+pharmacist push+sms',
    ]);
  });

  it('tells each page when the next one is due, and each is a row of the log that does not change the version', () => {
    const { told } = new Ringing().until(t0 + 6 * minute);
    expect(told.pages.map(({ id, nextAt, receiptMs }) => [id, nextAt, receiptMs])).toEqual([
      ['id-000001/0/0', t0 + 2 * minute, 30_000],
      ['id-000001/1/0', t0 + 5 * minute, 30_000],
      ['id-000001/2/0', t0 + 10 * minute, 30_000],
    ]);
    const steps = told.events.filter(({ kind }) => kind === 'paged');
    expect(steps.map(({ at, after }) => [at, after.version, after.escalationStep])).toEqual(
      told.pages.map(({ at, step }) => [at, 1, step]),
    );
    expect(steps[2]?.reason).toBe(
      'Step 2: backup paged by push, sms, by voice without a receipt in 30 s. The next step follows in 5 min.',
    );
  });

  it('stops calling when somebody takes it, and tells whoever was paged', () => {
    const ringing = new Ringing().until(t0 + 3 * minute);
    ringing.act('ack');
    ringing.until(t0 + 14 * minute);
    expect(ringing.alert.nextStepAt).toBeNull();
    expect(ringing.told.pages.slice(2)).toMatchObject([{ kind: 'taken', by: 'Ana', targets: ['paged'] }]);
  });

  it('begins again at step 1 when the promise runs out, with whoever had made it', () => {
    const ringing = new Ringing();
    ringing.act('ack');
    ringing.until(t0 + 19 * minute);
    expect(ringing.calls.slice(2)).toEqual(['15 page 1.0 primary+Ana voice', '18 page 2.0 backup push+sms']);
  });

  it('goes on to the next step at once when somebody declines, and keeps the distances behind it', () => {
    const ringing = new Ringing().until(t0 + minute);
    ringing.act('decline');
    ringing.until(t0 + 5 * minute);
    expect(ringing.calls.slice(1)).toEqual(['1 page 1.0 primary voice', '4 page 2.0 backup push+sms']);
  });

  it('need not wait for the next step when nobody was reached, but does not hurry for ever', () => {
    const ringing = new Ringing();
    const { engine } = ringing.told;
    for (let i = 0; i < 10; i += 1) {
      engine.undelivered('id-000001', ringing.told.pages.at(-1)?.id ?? '', t0 + second);
      ringing.told.taken();
    }
    expect(ringing.told.pages.map(({ step, round }) => [step, round])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
    ]);
    expect(ringing.alert.nextStepAt).toBe(t0 + second + 5 * minute);
    engine.undelivered('id-000001', 'id-000001/0/0', t0 + 2 * second);
    expect(ringing.told.taken()).toEqual([]);
  });

  it('falls to the pace of a medium one once it cleared, and is never silent', () => {
    const ringing = new Ringing();
    ringing.until(t0 + 1.5 * minute, []);
    ringing.until(t0 + 2 * hour, []);
    expect(ringing.alert).toMatchObject({ condition: 'cleared', state: 'open' });
    expect(ringing.calls.slice(1, 5)).toEqual([
      '6.5 page 1.0 primary sms',
      '11.5 page 2.0 primary voice',
      '16.5 page 3.0 backup push+sms',
      '31.5 page 4.0 supervisor push+sms',
    ]);
    expect(ringing.calls.at(-1)).toBe('106.5 page 5.3 everyone+pharmacist push+sms');
  });

  it('pages as new when it comes back after it cleared', () => {
    const ringing = new Ringing();
    ringing.until(t0 + 5 * minute, []);
    ringing.until(t0 + 5.5 * minute);
    expect(ringing.calls.at(-1)).toBe('5.5 page 0.1 primary push+sms');
  });

  it('pages once, by the farthest step that is due, when the gateway was away', () => {
    const { told } = new Ringing();
    told.engine.started(t0 + 12 * minute);
    told.taken();
    expect(told.pages.map(callOf)).toEqual(['0 page 0.0 primary push+sms', '12 page 3.0 supervisor push+sms']);
    expect(told.alerts()[0]?.nextStepAt).toBe(t0 + 15 * minute);
  });
});

describe('alerts of lower priority', () => {
  it('a medium one that goes away before anybody took it tells so, is listed as missed and calls nobody', () => {
    const ringing = new Ringing('under-infusion').until(t0 + minute);
    ringing.until(t0 + 30 * minute, []);
    expect(ringing.alert).toMatchObject({ missed: true, state: 'open', nextStepAt: null });
    expect(ringing.calls).toEqual(['0 page 0.0 primary push', '3.5 resolved 0.0 paged push']);
    ringing.act('ack');
    expect(ringing.alert).toMatchObject({ missed: false, state: 'closed' });
  });

  it('a low one waits half an hour, and repeats by day only', () => {
    const ringing = new Ringing('reservoir-low').until(t0 + 30 * hour);
    expect(ringing.calls).toEqual(
      [
        '30 page 0.0 primary push',
        '240 page 1.0 supervisor push',
        '480 page 1.1 supervisor push',
        '720 page 1.2 supervisor push',
        '960 page 1.3 supervisor push',
        '1200 page 1.4 supervisor push',
        `${31 * 60} page 1.5 supervisor push`,
      ].slice(0, ringing.calls.length),
    );
    expect(ringing.calls).toHaveLength(6);
    const hours = { zone: 'Europe/Berlin', from: 7, to: 21 };
    expect(inDayHours(hours, Date.parse('2026-03-28T22:00:00Z'))).toBe(Date.parse('2026-03-29T05:00:00Z'));
    expect(inDayHours(hours, Date.parse('2026-10-24T20:00:00Z'))).toBe(Date.parse('2026-10-25T06:00:00Z'));
    expect(inDayHours(hours, Date.parse('2026-10-24T18:59:00Z'))).toBe(Date.parse('2026-10-24T18:59:00Z'));
  });

  it('one that rises calls anew at the new level, whoever had it', () => {
    const ringing = new Ringing('under-infusion');
    ringing.act('ack');
    ringing.told.reading({ seq: 50, at: t0 + minute, alarms: ['under-infusion'], drug: 'milrinone' });
    expect(ringing.alert).toMatchObject({ priority: 'high', response: 'unacknowledged' });
    expect(ringing.calls.at(-1)).toBe('1 page 0.1 primary push+sms');
  });
});

describe('who is there', () => {
  it('is called first while a nurse is at the home, the others five minutes later', () => {
    const told = new Told();
    const visit = { nurse: 'Vera', since: t0 - minute, until: t0 + hour };
    told.engine.setContext('pump-1', { ...noPumpContext, visit }, t0);
    told.reading({ seq: 0, at: t0, alarms: ['air-in-line'] });
    told.until(t0 + 8 * minute);
    const calls = told.pages.filter(({ alert }) => alert === 'id-000001').map(callOf);
    expect(calls.slice(0, 3)).toEqual([
      '0 page 0.0 Vera push+sms',
      '5 page 1.0 primary push+sms',
      '7 page 2.0 primary voice',
    ]);
  });

  it('keeps medium pages back during maintenance, hides nothing, and holds back no high one', () => {
    const told = new Told();
    const maintenance = { by: 'Tom', reason: 'new tubing', since: t0, until: t0 + 10 * minute };
    told.engine.setContext('pump-1', { ...noPumpContext, maintenance }, t0);
    told.reading({ seq: 0, at: t0, alarms: ['under-infusion', 'air-in-line'] });
    expect(told.pages.map(({ alert, priority }) => [alert, priority])).toEqual([['id-000001', 'high']]);
    expect(told.only('under-infusion')).toMatchObject({ held: 'maintenance', response: 'unacknowledged' });
    for (let i = 1; i <= 22; i += 1) {
      told.reading({ seq: i, at: t0 + i * 30 * second, alarms: ['under-infusion', 'air-in-line'] });
    }
    expect(told.only('under-infusion')).toMatchObject({ held: null });
    expect(told.pages.find(({ priority }) => priority === 'medium')?.at).toBe(t0 + 10 * minute);
  });
});
