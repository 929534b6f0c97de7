import { expect } from 'vitest';
import { wallMs } from '#kernel/time.ts';
import { isAlarmCode } from '#model/alarms.ts';
import type { Alert, AlertEvent } from '#model/alert.ts';
import type { JournalEntry, ReadingEntry, StatusEntry } from '#model/journal-entry.ts';
import type { Page } from '#model/paging.ts';
import type { ActiveAlarm, PumpReading, PumpState } from '#model/reading.ts';
import type { Person } from '#model/role.ts';
import { AlertEngine } from '../../gateway/alerts/engine.ts';
import { type AlertPolicy, defaultAlertPolicy } from '../../gateway/alerts/policy.ts';

/** Start of every story: 2026-03-01T00:00:00Z. */
export const t0 = Date.UTC(2026, 2, 1);
export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;

export const nurse = (name: string): Person => ({ name, role: 'nurse', agency: null });

/** Ids that count, so that two runs can be compared. */
export function countingIds(): () => string {
  let made = 0;
  return () => `id-${String(++made).padStart(6, '0')}`;
}

export const alarm = (code: string): ActiveAlarm =>
  isAlarmCode(code) ? { code } : { code: 'unknown', vendorCode: code };

export interface ReadingSpec {
  readonly pump?: string;
  readonly hub?: string;
  readonly boot?: string;
  readonly seq: number;
  /** Gateway's time of measuring; the hub's clock shows `skew` more. */
  readonly at: number;
  readonly received?: number;
  readonly skew?: number;
  readonly alarms?: readonly string[] | undefined;
  readonly state?: PumpState;
  readonly drug?: string;
  /** Anything else that the pump tells. */
  readonly more?: Partial<PumpReading>;
}

/** Makes journal entries with growing offsets. */
export class Story {
  offset = 0;

  reading(spec: ReadingSpec): ReadingEntry {
    const {
      hub = 'hub-1',
      pump = 'pump-1',
      boot = 'boot-a',
      seq,
      at,
      skew = 0,
      alarms,
      state = 'infusing',
      drug,
    } = spec;
    const reading: PumpReading = {
      seq,
      atMs: at + skew,
      state,
      ...spec.more,
      ...(drug === undefined ? {} : { drug }),
      ...(alarms === undefined ? {} : { alarms: alarms.map(alarm) }),
    };
    this.offset += 1;
    const receivedAt = wallMs(spec.received ?? at);
    return { kind: 'reading', offset: this.offset, hub, pump, boot, receivedAt, reading, wire: '{}' };
  }

  status(spec: {
    readonly at: number;
    readonly state?: 'online' | 'offline';
    readonly cause?: 'said' | 'link-lost';
    readonly hub?: string;
    readonly boot?: string;
    readonly skew?: number;
  }): StatusEntry {
    const { at, state = 'online', cause = 'said', hub = 'hub-1', boot = 'boot-a', skew = 0 } = spec;
    this.offset += 1;
    const status = { state, boot, atMs: at + skew };
    return { kind: 'status', offset: this.offset, hub, receivedAt: wallMs(at), cause, status };
  }
}

/** An engine with a story told into it. */
export class Told {
  readonly story = new Story();
  readonly engine: AlertEngine;
  readonly events: AlertEvent[] = [];
  readonly pages: Page[] = [];

  constructor(policy: AlertPolicy = defaultAlertPolicy) {
    this.engine = new AlertEngine(policy, countingIds());
  }

  fold(entry: JournalEntry): AlertEvent[] {
    this.engine.fold(entry);
    return this.taken();
  }

  reading(spec: ReadingSpec): AlertEvent[] {
    return this.fold(this.story.reading(spec));
  }

  status(spec: Parameters<Story['status']>[0]): AlertEvent[] {
    return this.fold(this.story.status(spec));
  }

  until(now: number): AlertEvent[] {
    this.engine.advance(now);
    return this.taken();
  }

  /** Present state of every alert ever, in order of first event. */
  alerts(): Alert[] {
    return [...new Map(this.events.map((event) => [event.alert, event.after])).values()];
  }

  open(): Alert[] {
    return this.engine.open().map(({ alert }) => alert);
  }

  /** The one that is open, of this code where one is named. */
  only(code?: string): Alert {
    const [alert, ...more] = this.open().filter((one) => code === undefined || one.code === code);
    if (!alert || more.length > 0) throw new Error(`expected one open alert, found ${this.open().length}`);
    return alert;
  }

  taken(): AlertEvent[] {
    expect(this.engine.audit(this.engine.now)).toEqual([]);
    const events = this.engine.takeEvents();
    this.pages.push(...this.engine.takePages());
    this.events.push(...events);
    return events;
  }
}

/** What happened to alerts, the steps of their escalation left out. */
export const kinds = (events: readonly AlertEvent[]): string[] =>
  events.map((event) => event.kind).filter((kind) => kind !== 'paged' && kind !== 'page-held');
