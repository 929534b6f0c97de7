import type { OnCallRole, Override, Rotation, Shift } from '#model/on-call.ts';

/** Shifts of rotations and overrides over a span. Pure: zones and DST by Temporal, nothing else. */

export interface Schedule {
  readonly rotations: readonly Rotation[];
  /** In the order in which they were made. */
  readonly overrides: readonly Override[];
}

/**
 * All shifts of a role that touch [from, to), cut where an override begins or ends, in order of time. A local time that a
 * spring night skips is the instant after the gap, one that an autumn night has twice is the first: so the end of one
 * shift and the beginning of the next are always the same instant.
 */
export function shiftsOf(schedule: Schedule, role: OnCallRole, from: number, to: number): Shift[] {
  const overrides = schedule.overrides.filter((one) => one.role === role && one.from < to && one.to > from);
  const base = schedule.rotations.filter((one) => one.role === role).flatMap((one) => turnsOf(one, from, to));
  const edges = [from, to, ...[...base, ...overrides].flatMap((one) => [one.from, one.to])]
    .filter((edge) => edge >= from && edge <= to)
    .sort((a, b) => a - b);
  const pieces: Shift[] = [];
  for (const [i, start] of [...new Set(edges)].entries()) {
    const end = [...new Set(edges)][i + 1];
    if (end === undefined) break;
    const covers = (one: { readonly from: number; readonly to: number }) => one.from <= start && one.to >= end;
    const override = overrides.findLast(covers);
    if (override) {
      pieces.push({ role, person: override.person, from: start, to: end, source: `override ${override.id}` });
    } else for (const turn of base.filter(covers)) pieces.push({ ...turn, from: start, to: end });
  }
  return joined(pieces);
}

/** Pieces of one person that touch become one. */
function joined(pieces: readonly Shift[]): Shift[] {
  const whole: Shift[] = [];
  for (const piece of pieces) {
    const before = whole.findLastIndex((one) => one.person === piece.person && one.source === piece.source);
    const last = whole[before];
    if (last?.to === piece.from) whole[before] = { ...last, to: piece.to };
    else whole.push(piece);
  }
  return whole;
}

function turnsOf(rotation: Rotation, from: number, to: number): Shift[] {
  const { zone, at, until, turnDays, people, role, id } = rotation;
  const first = Temporal.PlainDate.from(rotation.from);
  const startOn = (date: Temporal.PlainDate, time: string): number =>
    date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
  const dayOf = (instant: number): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate();
  // A turn that began earlier may reach into the span: look back by its length and a day for shifts over midnight.
  const lookBack = until === null ? turnDays + 1 : 2;
  const begin = Math.max(0, first.until(dayOf(from), { largestUnit: 'day' }).days - lookBack);
  const end = first.until(dayOf(to), { largestUnit: 'day' }).days + 1;
  const shifts: Shift[] = [];
  for (
    let day = until === null ? begin - (begin % turnDays) : begin;
    day <= end;
    day += until === null ? turnDays : 1
  ) {
    const person = people[Math.floor(day / turnDays) % people.length];
    if (person === undefined) break;
    const date = first.add({ days: day });
    const start = startOn(date, at);
    const finish =
      until === null
        ? startOn(date.add({ days: turnDays }), at)
        : startOn(until > at ? date : date.add({ days: 1 }), until);
    if (start < to && finish > from) shifts.push({ role, person, from: start, to: finish, source: `rotation ${id}` });
  }
  return shifts;
}

/** Who is on call at an instant, with the whole of their turns. Cheap: asked for every page. */
export function shiftsAt(schedule: Schedule, role: OnCallRole, at: number): Shift[] {
  const covers = (one: { readonly role: string; readonly from: number; readonly to: number }) =>
    one.role === role && one.from <= at && one.to > at;
  const override = schedule.overrides.findLast(covers);
  if (override) {
    const { id, person, from, to } = override;
    return [{ role, person, from, to, source: `override ${id}` }];
  }
  return schedule.rotations.flatMap((one) => (one.role === role ? turnsOf(one, at, at + 1) : [])).filter(covers);
}

/** Spans of [from, to) that no shift covers. `usable` tells whether its person can be reached. */
export function uncovered(
  shifts: readonly Shift[],
  from: number,
  to: number,
  usable: (shift: Shift) => boolean = () => true,
): { readonly from: number; readonly to: number }[] {
  const gaps: { from: number; to: number }[] = [];
  let covered = from;
  for (const shift of shifts.filter(usable).toSorted((a, b) => a.from - b.from)) {
    if (shift.from > covered) gaps.push({ from: covered, to: Math.min(shift.from, to) });
    covered = Math.max(covered, shift.to);
    if (covered >= to) break;
  }
  if (covered < to) gaps.push({ from: covered, to });
  return gaps.filter((gap) => gap.to > gap.from);
}
