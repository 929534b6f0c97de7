import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf } from '#kernel/hash-chain.ts';
import { careOf, drugClaim, ms, patient, type Rig, rigAt } from './rig.ts';

const day = '2026-03-04';

async function payableDay(rig: Rig, date = day): Promise<void> {
  rig.arrive(rig.run(`${date} 09:00`, `${date} 12:00`));
  await rig.visit(date);
  rig.desk.importFacts([drugClaim(date)], 'billing');
}

describe('a day', () => {
  it('is payable when the drug ran, a professional was in the home and all is signed and matched', async () => {
    const rig = rigAt('2026-03-05 08:00');
    await payableDay(rig);
    const [found, ...others] = await rig.desk.days(patient, day, day);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      date: day,
      disposition: 'PAYABLE_VISIT',
      code: 'G0088',
      units: 4,
      amountCents: null,
      provisional: false,
      sentence: 'Payable: the drug ran and a professional was in the home, one line G0088 of 4 units.',
      visits: [{ performer: 'nurse-1', credential: 'rn', place: '12', signed: true }],
      deliveries: [
        { order: 'order-1', jcode: 'J2260', from: ms(`${day} 09:00`), to: ms(`${day} 12:00`), volumeMl: 180, gaps: [] },
      ],
      unmatched: [],
      proofs: [{ pump: 'pump-1', readings: 181, position: 1 }],
      ledger: { position: 1, rulePack: 'medicare-hit@1', supersedes: null },
    });
  });

  it('with monitoring alone is covered, bundled, no line, whatever the nurse did from afar', async () => {
    const rig = rigAt('2026-03-05 08:00');
    rig.arrive(rig.run(`${day} 09:00`, `${day} 12:00`));
    await rig.visit(day, { kind: 'remote-monitoring', place: 'remote', channel: 'video' });
    rig.desk.importFacts([drugClaim(day)], 'billing');
    expect(await rig.desk.days(patient, day, day)).toMatchObject([
      {
        disposition: 'COVERED_BUNDLED_NO_LINE',
        code: null,
        bundledServices: ['id-1'],
        sentence: 'Covered, bundled, no line: remote services only, nobody was in the home.',
      },
    ]);
  });

  it('that is not over is shown and not recorded', async () => {
    const rig = rigAt(`${day} 20:00`);
    await payableDay(rig);
    expect(await rig.desk.days(patient, day, day)).toMatchObject([
      { disposition: 'PAYABLE_VISIT', provisional: true, ledger: null, proofs: [{ position: null }] },
    ]);
    expect(rig.desk.ledger.verify().entries + rig.desk.evidence.verify().entries).toBe(0);
  });

  it('shows what ran and belongs to no order', async () => {
    const rig = rigAt('2026-03-05 08:00', careOf({ orders: [] }));
    await payableDay(rig);
    expect(await rig.desk.days(patient, day, day)).toMatchObject([
      { disposition: 'COVERED_BUNDLED_NO_LINE', deliveries: [], unmatched: [{ pump: 'pump-1', drug: 'J2260' }] },
    ]);
  });

  it('counts no reading from before the pump was the patient’s', async () => {
    const assignments = [{ id: 'a', pump: 'pump-1', patient, from: ms(`${day} 11:00`), to: ms(`${day} 11:30`) }];
    const rig = rigAt('2026-03-05 08:00', careOf({ assignments }));
    await payableDay(rig);
    expect((await rig.desk.days(patient, day, day))[0]?.deliveries).toMatchObject([
      { from: ms(`${day} 11:00`), to: ms(`${day} 11:30`), volumeMl: 30 },
    ]);
  });

  it('is unknown of an unknown patient', async () => {
    await expect(rigAt('2026-03-05 08:00').desk.days('stranger', day, day)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('what runs through midnight', () => {
  it.each([
    ['America/New_York', '2026-03-07', 'the night before the clocks go forward'],
    ['America/New_York', '2026-03-08', 'the short day itself'],
    ['America/New_York', '2026-11-01', 'the long day'],
    ['America/Havana', '2026-03-07', 'a midnight that does not exist'],
    ['Asia/Kolkata', '2026-03-04', 'a zone of half hours'],
  ])('is one administration of two local dates: %s %s, %s', async (zone, date) => {
    const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString();
    const rig = rigAt('2026-12-01 08:00', careOf({}, zone));
    const midnight = Temporal.PlainDate.from(next).toZonedDateTime(zone).epochMilliseconds;
    rig.arrive(rig.run(`${date} 22:00`, `${next} 03:30`));
    const days = await rig.desk.days(patient, date, next);
    const [first, second] = days.map(({ deliveries }) => deliveries[0]);
    expect(days.map((one) => one.date)).toEqual([date, next]);
    expect([first?.from, first?.to]).toEqual([ms(`${date} 22:00`, zone), midnight]);
    expect([second?.from, second?.to]).toEqual([midnight, ms(`${next} 03:30`, zone)]);
    const whole = (ms(`${next} 03:30`, zone) - ms(`${date} 22:00`, zone)) / 60_000;
    expect((first?.volumeMl ?? 0) + (second?.volumeMl ?? 0)).toBeCloseTo(whole, 1);
  });

  it('and ends at midnight does not touch the next date', async () => {
    const rig = rigAt('2026-03-09 08:00');
    rig.arrive(rig.run(`${day} 22:00`, '2026-03-05 00:00'));
    expect((await rig.desk.days(patient, day, '2026-03-05')).map(({ date }) => date)).toEqual([day]);
  });
});

describe('what is learned late', () => {
  it('a reading: new evidence and a new decision that point at the old ones', async () => {
    const rig = rigAt('2026-03-05 08:00');
    await rig.visit(day);
    rig.desk.importFacts([drugClaim(day)], 'billing');
    expect(await rig.desk.days(patient, day, day)).toMatchObject([{ disposition: 'COVERED_BUNDLED_NO_LINE' }]);
    rig.arrive(rig.run(`${day} 09:00`, `${day} 12:00`).toReversed());
    expect(await rig.desk.days(patient, day, day)).toMatchObject([
      { disposition: 'PAYABLE_VISIT', ledger: { position: 2, supersedes: 1 } },
    ]);
  });

  it('a fact, also of an earlier day: later lines follow', async () => {
    const rig = rigAt('2026-03-20 08:00');
    await payableDay(rig);
    await payableDay(rig, '2026-03-11');
    const codes = async () => (await rig.desk.days(patient, day, '2026-03-19')).map(({ code }) => code);
    expect(await codes()).toEqual(['G0088', 'G0068']);
    rig.desk.importFacts([{ patient, kind: 'prior-line', id: 'other', date: '2026-02-20', code: 'G0088' }], 'billing');
    expect(await codes()).toEqual(['G0068', 'G0068']);
    expect(rig.desk.ledger.verify()).toMatchObject({ entries: 3, broken: null });
  });

  it('asked again, nothing is new', async () => {
    const rig = rigAt('2026-03-05 08:00');
    await payableDay(rig);
    await rig.desk.days(patient, day, day);
    await rig.desk.days(patient, '2026-03-01', '2026-03-04');
    expect(rig.desk.ledger.verify().entries).toBe(1);
    expect(rig.desk.evidence.verify().entries).toBe(1);
  });

  it('what the journal no longer has stays proved by what was kept of it', async () => {
    const rig = rigAt('2026-03-05 08:00');
    await payableDay(rig);
    const before = await rig.desk.days(patient, day, day);
    expect(await rig.desk.evidence.verifyReadings()).toEqual({ tried: 1, gone: [], otherwise: null });
    rig.forget(ms(`${day} 11:00`));
    expect(await rig.desk.days(patient, day, day)).toEqual(before);
    rig.forget(ms('2026-03-05 00:00'));
    expect(await rig.desk.days(patient, day, day)).toEqual(before);
    expect(await rig.desk.evidence.verifyReadings()).toEqual({ tried: 0, gone: [1], otherwise: null });
  });
});

it('the order in which things are learned never changes the final decision', async () => {
  const dates = [day, '2026-03-05', '2026-03-06'];
  const source = rigAt('2026-03-20 08:00');
  const events = dates.flatMap((date) => {
    const run = source.run(`${date} 09:00`, `${date} 12:00`);
    return [
      (rig: Rig) => rig.arrive(run.slice(0, 90)),
      (rig: Rig) => rig.arrive(run.slice(90)),
      (rig: Rig) => rig.visit(date),
      (rig: Rig) => void rig.desk.importFacts([drugClaim(date)], 'billing'),
      (rig: Rig) => rig.visit(date, { kind: 'training', place: 'remote' }),
    ];
  });
  events.push((rig) => {
    rig.desk.importFacts([{ patient, kind: 'episode', id: 'e', from: '2025-11-01', to: '2026-01-02' }], 'billing');
  });
  events.push((rig) => {
    rig.desk.importFacts([{ patient, kind: 'prior-line', id: 'l', date: '2026-01-01', code: 'G0068' }], 'billing');
  });
  const finals = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(events, { minLength: events.length }),
      fc.array(fc.nat({ max: events.length }), { maxLength: 3 }),
      async (order, looks) => {
        const rig = rigAt('2026-03-20 08:00');
        for (const [i, event] of order.entries()) {
          await event(rig);
          if (looks.includes(i)) await rig.desk.days(patient, '2026-03-01', '2026-03-19');
        }
        const days = await rig.desk.days(patient, '2026-03-01', '2026-03-19');
        // Ids are given by arrival, places in the chain too: what is decided is the rest.
        const decided = days.map(({ date, disposition, code, units, proofs, deliveries }) => ({
          ...{ date, disposition, code, units, deliveries: JSON.stringify(deliveries) },
          proofs: proofs.map(({ proof }) => proof),
        }));
        finals.add(hashOf(decided));
        expect(finals.size).toBe(1);
        expect(decided.map(({ code }) => code)).toEqual(['G0088', 'G0068', 'G0068']);
        expect(rig.desk.ledger.verify().broken).toBeNull();
      },
    ),
    { numRuns: 25 },
  );
});
