import type { Administration, ClaimFacts, Order, Plan, Rate, ServiceFact, Visit } from '#benefit/claim-facts.ts';

export const newYork = 'America/New_York';

/** The instant at which the patient's clock shows this: `2024-03-04 10:00`. */
export const at = (local: string, zone = newYork): string =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant().toString();

export const order = (id: string, jcode: string, more: Partial<Order> = {}): Order => ({
  id,
  jcode,
  modifiers: [],
  pumpCode: 'E0781',
  from: '2010-01-01',
  to: null,
  ...more,
});

export const plan = (more: Partial<Plan> = {}): Plan => ({
  id: 'plan-1',
  establishedBy: 'physician',
  signedOn: '2018-06-01',
  from: '2010-01-01',
  to: null,
  services: ['professional', 'training', 'remote-monitoring', 'other-monitoring'],
  ...more,
});

/** An administration by the patient's clock; 50 mL. */
export const run = (orderId: string, start: string, end: string, volumeMl = 50, zone = newYork): Administration => ({
  order: orderId,
  start: at(start, zone),
  end: at(end, zone),
  volume_ml: volumeMl,
});

let visits = 0;
/** A signed, complex visit of a nurse in the home, by the patient's clock. */
export const visit = (start: string, end: string, more: Partial<Visit> = {}, zone = newYork): Visit => {
  visits += 1;
  return {
    id: `visit-${visits}`,
    in: at(start, zone),
    out: at(end, zone),
    place: '12',
    professional: 'rn',
    complex: true,
    signed: true,
    ...more,
  };
};

export const service = (
  id: string,
  start: string,
  end: string,
  kind: ServiceFact['kind'] = 'remote-monitoring',
  zone = newYork,
): ServiceFact => ({ id, kind, start: at(start, zone), end: at(end, zone) });

export const rate = (code: string, amountCents: number, from = '2019-01-01', to = '2030-12-31'): Rate => ({
  code,
  from,
  to,
  amountCents,
});

/** No event at all: a patient with a signed plan, a qualified supplier and an order of milrinone (category 1). */
export const quiet = (from: string, to: string, more: Partial<ClaimFacts> = {}): ClaimFacts => ({
  patient: { id: 'patient-1', zone: newYork },
  from,
  to,
  submitOn: '2030-01-01',
  supplier: { qualified: [{ from: '2010-01-01', to: null }] },
  plans: [plan()],
  orders: [order('milrinone', 'J2260')],
  administrations: [],
  visits: [],
  services: [],
  drugClaims: [],
  priorLines: [],
  discharges: [],
  rates: [],
  ...more,
});

/** What a payable day has: milrinone from 10 to 12, a visit of 60 minutes (4 units), a drug claim of the day. */
export const eventsOn = (date: string) => ({
  administrations: [run('milrinone', `${date} 10:00`, `${date} 12:00`)],
  visits: [visit(`${date} 10:00`, `${date} 11:00`)],
  drugClaims: [{ jcode: 'J2260', date }],
});

/** One payable day, changed as the case says. */
export const payable = (date: string, more: Partial<ClaimFacts> = {}): ClaimFacts =>
  quiet(date, date, { ...eventsOn(date), ...more });

/** Payable but for the drugs: each runs from 10 to 12 and has a claim of the day. */
export function infusing(
  date: string,
  drugs: readonly (readonly [jcode: string, ...modifiers: string[]])[],
  more: Partial<ClaimFacts> = {},
): ClaimFacts {
  const orders = drugs.map(([jcode, ...modifiers], i) => order(`${jcode}-${i}`, jcode, { modifiers }));
  return payable(date, {
    orders,
    administrations: orders.map(({ id }) => run(id, `${date} 10:00`, `${date} 12:00`)),
    drugClaims: drugs.map(([jcode]) => ({ jcode, date })),
    ...more,
  });
}

/** Payable days on each of these dates, in one run over them. */
export function payableDays(dates: readonly string[], more: Partial<ClaimFacts> = {}): ClaimFacts {
  const events = dates.map(eventsOn);
  return quiet(dates[0] ?? '', dates.at(-1) ?? '', {
    administrations: events.flatMap(({ administrations }) => administrations),
    visits: events.flatMap((event) => event.visits),
    drugClaims: events.flatMap(({ drugClaims }) => drugClaims),
    ...more,
  });
}
