import type { NumberedClaim } from './claims-837p.ts';

const HCPCS = 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets';
const NPI = 'http://hl7.org/fhir/sid/us-npi';

/** Claims as a FHIR R4 collection: for each line a Claim and the ChargeItem that it bills, and whom they speak of. */
export function claimsFhir(claims: readonly NumberedClaim[], createdAt: string): object {
  const resources = new Map<string, object>();
  const add = (resource: { readonly resourceType: string; readonly id: string }) =>
    void resources.set(urlOf(resource.resourceType, resource.id), resource);
  for (const one of claims) {
    for (const resource of partiesOf(one)) add(resource);
    add(chargeItemOf(one));
    add(claimOf(one, createdAt));
  }
  const entry = [...resources].map(([fullUrl, resource]) => ({ fullUrl, resource }));
  return { resourceType: 'Bundle', type: 'collection', timestamp: createdAt, ...(entry.length > 0 && { entry }) };
}

const urlOf = (type: string, id: string): string => `http://infusion-gateway.invalid/fhir/${type}/${id}`;
const ref = (type: string, id: string) => ({ reference: urlOf(type, id) });
const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
const money = (cents: number) => ({ value: cents / 100, currency: 'USD' });
/** FHIR ids have letters, digits, point and hyphen only. */
const idOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9.-]/g, '-').slice(0, 64);

const organization = (id: string, name: string, extra: object = {}) => ({
  resourceType: 'Organization',
  id,
  name,
  ...extra,
});

function partiesOf({ view, coverage, payer, physician, supplier }: NumberedClaim) {
  const patient = idOf(view.patient);
  const genders: Readonly<Record<string, string>> = { F: 'female', M: 'male', U: 'unknown' };
  return [
    organization('supplier', supplier.name, { identifier: [{ system: NPI, value: supplier.npi }] }),
    organization(`payer-${idOf(payer.id)}`.slice(0, 64), payer.name, { identifier: [{ value: payer.payerId }] }),
    {
      resourceType: 'Patient',
      id: patient,
      name: [{ family: coverage.lastName, given: [coverage.firstName] }],
      birthDate: coverage.birthDate,
      gender: genders[coverage.sex],
      address: [
        {
          line: [coverage.street],
          city: coverage.city,
          state: coverage.state,
          postalCode: coverage.zip,
          country: 'US',
        },
      ],
    },
    {
      resourceType: 'Coverage',
      id: patient,
      status: 'active',
      subscriberId: coverage.memberId,
      beneficiary: ref('Patient', patient),
      payor: [ref('Organization', `payer-${idOf(payer.id)}`.slice(0, 64))],
      period: { start: coverage.from, ...(coverage.to !== null && { end: coverage.to }) },
    },
    {
      resourceType: 'Practitioner',
      id: physician.physicianNpi,
      identifier: [{ system: NPI, value: physician.physicianNpi }],
      name: [{ family: physician.physicianLast, given: [physician.physicianFirst] }],
    },
  ];
}

function chargeItemOf({ claim, view, line }: NumberedClaim) {
  return {
    resourceType: 'ChargeItem',
    id: claim,
    status: 'billable',
    code: concept(HCPCS, line.code),
    subject: ref('Patient', idOf(view.patient)),
    occurrenceDateTime: view.date,
    performingOrganization: ref('Organization', 'supplier'),
    quantity: { value: line.units },
    priceOverride: money(line.chargeCents),
    overrideReason: 'Charge of the supplier',
  };
}

function claimOf(
  { claim, view, line, coverage, payer, physician, frequency, replaces }: NumberedClaim,
  created: string,
) {
  const patient = idOf(view.patient);
  return {
    resourceType: 'Claim',
    id: claim,
    identifier: [{ value: claim }],
    status: frequency === '8' ? 'cancelled' : 'active',
    type: concept('http://terminology.hl7.org/CodeSystem/claim-type', 'professional'),
    use: 'claim',
    patient: ref('Patient', patient),
    billablePeriod: { start: view.date, end: view.date },
    created,
    insurer: ref('Organization', `payer-${idOf(payer.id)}`.slice(0, 64)),
    provider: ref('Organization', 'supplier'),
    priority: concept('http://terminology.hl7.org/CodeSystem/processpriority', 'normal'),
    ...(replaces !== null && {
      related: [
        {
          relationship: concept('http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship', 'prior'),
          reference: { value: replaces },
        },
      ],
    }),
    careTeam: [
      {
        sequence: 1,
        provider: ref('Practitioner', physician.physicianNpi),
        role: concept('http://terminology.hl7.org/CodeSystem/claimcareteamrole', 'other'),
      },
    ],
    diagnosis: coverage.diagnoses.map((code, i) => ({
      sequence: i + 1,
      diagnosisCodeableConcept: concept(
        'http://hl7.org/fhir/sid/icd-10-cm',
        `${code.slice(0, 3)}${code.length > 3 ? '.' : ''}${code.slice(3)}`,
      ),
    })),
    insurance: [{ sequence: 1, focal: true, coverage: ref('Coverage', patient) }],
    item: [
      {
        sequence: 1,
        diagnosisSequence: coverage.diagnoses.slice(0, 4).map((_, i) => i + 1),
        productOrService: concept(HCPCS, line.code),
        servicedDate: view.date,
        locationCodeableConcept: concept(
          'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set',
          view.placeOfService,
        ),
        quantity: { value: line.units },
        net: money(line.chargeCents),
      },
    ],
    total: money(line.chargeCents),
  };
}
