import type { Clock, Timer } from '#kernel/clock.ts';
import { days, hours, minutes } from '#kernel/time.ts';
import type { Shift, ShiftGap } from '#model/on-call.ts';
import type { Contacts } from './contacts.ts';
import type { Handovers } from './handovers.ts';
import type { OnCall } from './on-call.ts';
import type { ShiftTests } from './shift-tests.ts';

export interface OnCallWatchParts {
  readonly onCall: OnCall;
  readonly contacts: Contacts;
  readonly handovers: Handovers;
  readonly tests: ShiftTests;
  readonly clock: Clock;
  /** Raises a condition as an alert, or lets it clear. Told at each look; the same again changes nothing. */
  readonly tell: (code: OnCallCondition, active: boolean, text: string) => void;
  /** Sends a test page to a contact point. */
  readonly test: (person: string, point: string) => void;
}

export type OnCallCondition =
  | 'on-call-gap-now'
  | 'on-call-gap-1h'
  | 'on-call-gap-24h'
  | 'on-call-gap-7d'
  | 'handover-open';

const LOOK = minutes(1);
/** A start that the gateway slept through is not tested any more. */
const START_WINDOW = minutes(5);
const HANDOVER_LIMIT = minutes(15);

const horizons = [
  { code: 'on-call-gap-now', from: 0, to: 1 },
  { code: 'on-call-gap-1h', from: 1, to: hours(1) },
  { code: 'on-call-gap-24h', from: hours(1), to: hours(24) },
  { code: 'on-call-gap-7d', from: hours(24), to: days(7) },
] as const;

/** Looks once a minute at who is on call and who will be: gaps ahead, test pages at the start of shifts, open handovers. */
export function watchOnCall(parts: OnCallWatchParts): Timer {
  const look = () => {
    const now = parts.clock.wall();
    // Without a schedule people watch the console, and nothing is missing from it.
    const scheduled = parts.onCall.rotations().length > 0;
    const agencies = scheduled ? parts.onCall.agencies() : [];
    const gaps = agencies.flatMap((agency) => parts.onCall.gaps(now, now + days(7), agency, reachable(parts)));
    const current = agencies.flatMap((agency) => parts.onCall.at('primary', now, agency));
    for (const shift of current) testAtStart(parts, shift, now);
    const missed = current.find((shift) => parts.tests.missed(shift.person, shift.from));
    for (const { code, from, to } of horizons) {
      const gap = gaps.find((one) => one.from < now + to && one.from >= now + from);
      if (gap) parts.tell(code, true, inWords(gap));
      else if (code === 'on-call-gap-now' && missed)
        parts.tell(code, true, 'The test page of this shift was not confirmed.');
      else parts.tell(code, false, 'Somebody is on call.');
    }
    const open = agencies.some((agency) => {
      const due = parts.handovers.due(agency);
      return due !== null && now - due.shiftFrom >= HANDOVER_LIMIT;
    });
    parts.tell(
      'handover-open',
      open,
      open ? 'The shift changed and the handover is not accepted.' : 'The handover is accepted.',
    );
  };
  look();
  return parts.clock.every(LOOK, 'on-call watch', look);
}

const reachable =
  ({ contacts }: OnCallWatchParts) =>
  (person: string): boolean =>
    contacts.points(person).some(({ confirmedAt }) => confirmedAt !== null);

function testAtStart({ contacts, tests, test }: OnCallWatchParts, { person, from }: Shift, now: number): void {
  if (now < from || now - from > START_WINDOW) return;
  const points = contacts.points(person).filter(({ confirmedAt }) => confirmedAt !== null);
  if (points.length === 0 || !tests.begin(person, from)) return;
  for (const { id } of points) test(person, id);
}

/** Names the role and the time, never a person. */
function inWords({ role, from, why }: ShiftGap): string {
  const at = new Date(from).toISOString().slice(0, 16).replace('T', ' ');
  return `On call as ${role}, from ${at} UTC: ${why}.`;
}
