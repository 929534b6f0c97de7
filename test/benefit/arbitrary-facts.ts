import fc from 'fast-check';
import type { ClaimFacts } from '#benefit/claim-facts.ts';
import { plan, rate } from './builders.ts';

const DAYS = 40;
/** A range that holds the start of daylight saving, and one that holds New Year 2021. */
const firstDays = ['2024-02-20', '2020-12-15', '2018-12-20', '2024-10-20'];
const zones = ['America/New_York', 'Pacific/Honolulu', 'America/Havana', 'Asia/Kolkata', 'Atlantic/Azores'];
const codes = ['G0068', 'G0069', 'G0070', 'G0088', 'G0089', 'G0090'] as const;
/** With their category, an unlisted one; a code whose category a person assigns only where a test allows it. */
const jcodes = ['J2260', 'J9000', 'J1559', 'J0696', 'J2278'];

const dayOf = (first: string, offset: number) => Temporal.PlainDate.from(first).add({ days: offset }).toString();
const often = fc.boolean().chain((yes) => (yes ? fc.constant(true) : fc.boolean()));

/** Facts of the documented form, dense enough that every disposition comes up. */
export const arbitraryFacts = (withOpenCategories = false): fc.Arbitrary<ClaimFacts> =>
  fc.constantFrom(...firstDays).chain((first) => {
    const offset = fc.integer({ min: -20, max: DAYS + 10 });
    const date = offset.map((days) => dayOf(first, days));
    const span = fc
      .tuple(offset, fc.integer({ min: 0, max: 60 }), often)
      .map(([from, length, open]) => ({ from: dayOf(first, from), to: open ? null : dayOf(first, from + length) }));
    const origin = Temporal.PlainDate.from(first).toZonedDateTime('UTC').epochMilliseconds;
    // Quarters of an hour, so that ends fall on local midnight now and then.
    const time = fc
      .tuple(fc.integer({ min: -96, max: 96 * (DAYS + 1) }), fc.integer({ min: 0, max: 12 }))
      .map(([quarter, length]) => {
        const iso = (n: number) => Temporal.Instant.fromEpochMilliseconds(origin + n * 900_000).toString();
        return { start: iso(quarter), end: iso(quarter + length) };
      });
    const listOf = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength, size: 'max' });
    const order = fc.record({
      jcode: fc.constantFrom(...jcodes, ...(withOpenCategories ? ['J7799', 'J7999'] : [])),
      modifiers: fc.constantFrom<string[][]>([], ['JB'], ['JB']),
      pumpCode: fc.constantFrom('E0781', 'E0781', 'E0781', 'A4305'),
      span,
    });
    return fc
      .record({
        zone: fc.constantFrom(...zones),
        submitOn: date,
        qualified: fc.array(span, { minLength: 1, maxLength: 3 }),
        plans: listOf(
          fc.record({
            establishedBy: fc.constantFrom('physician', 'physician', 'nurse-practitioner'),
            signedOn: fc.option(date),
            span,
            services: fc.constantFrom<('professional' | 'training')[][]>(
              ['professional'],
              ['training', 'professional'],
              ['training'],
            ),
          }),
          4,
        ),
        orders: fc.array(order, { minLength: 1, maxLength: 4 }),
        administrations: listOf(
          fc.record({ order: fc.nat({ max: 3 }), time, volume_ml: fc.constantFrom(0, 12.5, 50, 50, 50) }),
          30,
        ),
        visits: listOf(
          fc.record({
            time,
            place: fc.constantFrom('12', '12', '12', '10'),
            professional: fc.constantFrom('rn', 'rn', 'pharmacist', 'aide'),
            complex: often,
            signed: often,
          }),
          30,
        ),
        services: listOf(
          fc.record({ time, kind: fc.constantFrom('remote-monitoring' as const, 'training' as const) }),
          8,
        ),
        drugClaims: listOf(fc.record({ jcode: fc.constantFrom(...jcodes), date }), 12),
        priorLines: listOf(fc.record({ date, code: fc.constantFrom(...codes) }), 3),
        discharges: listOf(date, 4),
        rates: fc.uniqueArray(
          fc.record({ code: fc.constantFrom(...codes), cents: fc.integer({ min: 1, max: 40_000 }), from: date }),
          { maxLength: 12, selector: ({ code, from }) => `${code} ${from}` },
        ),
      })
      .map((raw): ClaimFacts => {
        const orders = raw.orders.map(({ span: { from, to }, ...rest }, i) => ({
          id: `order-${i}`,
          ...rest,
          from,
          to,
        }));
        return {
          patient: { id: 'patient-1', zone: raw.zone },
          from: first,
          to: dayOf(first, DAYS),
          submitOn: raw.submitOn,
          supplier: { qualified: raw.qualified },
          plans: raw.plans.map(({ span: { from, to }, ...rest }, i) => plan({ id: `plan-${i}`, ...rest, from, to })),
          orders,
          administrations: raw.administrations.map(({ order: n, time: { start, end }, volume_ml }) => ({
            order: `order-${n % orders.length}`,
            start,
            end,
            volume_ml,
          })),
          visits: raw.visits.map(({ time: { start, end }, ...rest }, i) => ({
            id: `visit-${i}`,
            in: start,
            out: end,
            ...rest,
          })),
          services: raw.services.map(({ time, kind }, i) => ({ id: `service-${i}`, kind, ...time })),
          drugClaims: raw.drugClaims,
          priorLines: raw.priorLines,
          discharges: raw.discharges,
          rates: raw.rates.map(({ code, cents, from }) => rate(code, cents, from, '2025-12-31')),
        };
      });
  });

/** The same facts with every list in another order. */
export function shuffled(facts: ClaimFacts): fc.Arbitrary<ClaimFacts> {
  const mixed = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
  return fc
    .record({
      plans: mixed(facts.plans),
      orders: mixed(facts.orders),
      administrations: mixed(facts.administrations),
      visits: mixed(facts.visits),
      services: mixed(facts.services),
      drugClaims: mixed(facts.drugClaims),
      priorLines: mixed(facts.priorLines),
      discharges: mixed(facts.discharges),
      rates: mixed(facts.rates),
      qualified: mixed(facts.supplier.qualified),
    })
    .map(({ qualified, ...lists }) => ({ ...facts, ...lists, supplier: { qualified } }));
}
