import type { Administration, ClaimFacts, Order, ServiceFact, Visit } from './claim-facts.ts';
import { datesTouched, instantMs, type LocalDate, localDateAt } from './local-days.ts';

/** One administration with its order. */
export interface Given {
  readonly order: Order;
  readonly volumeMl: number;
  /** Of the whole administration, also when it runs through several dates. */
  readonly minutes: number;
}

/** A visit with its length. */
export interface TimedVisit extends Visit {
  readonly minutes: number;
}

/** Everything that happened to the patient on one local date. */
export interface DayFacts {
  readonly date: LocalDate;
  readonly given: readonly Given[];
  readonly visits: readonly TimedVisit[];
  /** In order of their beginning. */
  readonly services: readonly ServiceFact[];
}

interface Gathering {
  readonly given: Given[];
  readonly visits: TimedVisit[];
  readonly services: ServiceFact[];
}

/**
 * The dates from..to that have a visit, an administration or a service, in order. An administration belongs to every date
 * it touches, a visit or service wholly to the date on which it began.
 */
export function dayFactsOf(facts: ClaimFacts): DayFacts[] {
  const { from, to, patient } = facts;
  const days = new Map<LocalDate, Gathering>();
  const dayOf = (date: LocalDate): Gathering => {
    const day = days.get(date) ?? { given: [], visits: [], services: [] };
    days.set(date, day);
    return day;
  };
  const beganIn = (instant: string): LocalDate | null => {
    const date = localDateAt(instantMs(instant), patient.zone);
    return from <= date && date <= to ? date : null;
  };

  const orders = new Map(facts.orders.map((order) => [order.id, order]));
  for (const administration of facts.administrations) {
    const order = orders.get(administration.order);
    if (order === undefined) continue;
    const given = givenOf(administration, order);
    const [start, end] = [instantMs(administration.start), instantMs(administration.end)];
    for (const date of datesTouched(start, end, patient.zone, from, to)) dayOf(date).given.push(given);
  }
  for (const visit of facts.visits) {
    const date = beganIn(visit.in);
    if (date !== null) dayOf(date).visits.push({ ...visit, minutes: minutesBetween(visit.in, visit.out) });
  }
  for (const service of facts.services) {
    const date = beganIn(service.start);
    if (date !== null) dayOf(date).services.push(service);
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, { given, visits, services }]) => ({ date, given, visits, services: services.sort(byBeginning) }));
}

function givenOf({ start, end, volume_ml: volumeMl }: Administration, order: Order): Given {
  return { order, volumeMl, minutes: minutesBetween(start, end) };
}

const minutesBetween = (start: string, end: string): number => (instantMs(end) - instantMs(start)) / 60_000;

function byBeginning(a: ServiceFact, b: ServiceFact): number {
  const apart = instantMs(a.start) - instantMs(b.start);
  return apart === 0 ? (a.id < b.id ? -1 : 1) : apart;
}
