import { parseBenefitSettings } from '#benefit/settings.ts';
import { patient } from '../desk/rig.ts';

/** Somebody to bill as, a payer and charges. Nobody real. */
export const supplier = {
  name: 'Example Infusion Supplier',
  npi: '1234567893',
  taxId: '123456789',
  taxonomy: '251F00000X',
  street: '1 Example Way',
  city: 'Albany',
  state: 'NY',
  zip: '122070001',
  contactName: 'Billing Desk',
  contactPhone: '5185550100',
  accreditedTo: '2027-06-30',
  certificateTo: null,
};

export const medicare = {
  id: 'medicare',
  name: 'Medicare Part B',
  payerId: '13282',
  kind: 'medicare',
  filing: 'MB',
  mendBy: 'claim',
  counting: null,
};

const charge = (code: string, amountCents: number) => ({ code, from: '2026-01-01', to: '2026-12-31', amountCents });

export const settingsOf = (more: object = {}) =>
  parseBenefitSettings({
    supplier,
    submitterId: 'EXAMPLE1',
    receiverId: 'RECEIVER1',
    receiverName: 'Example Contractor',
    payers: [medicare],
    charges: [charge('G0088', 25_050), charge('G0068', 20_000)],
    ...more,
  });

export const coverageFact = {
  patient,
  kind: 'coverage',
  id: 'coverage-1',
  payer: 'medicare',
  memberId: '1EG4TE5MK73',
  from: '2026-01-01',
  lastName: 'Muñoz*Test',
  firstName: 'Pat',
  birthDate: '1950-01-31',
  sex: 'F',
  street: '2 Example Road',
  city: 'Albany',
  state: 'NY',
  zip: '122070002',
  diagnoses: ['I5022', 'Z452'],
};

export const termsFact = {
  patient,
  kind: 'plan-terms',
  id: 'terms-1',
  plan: 'plan-1',
  physicianLast: 'Example',
  physicianFirst: 'Doctor',
  physicianNpi: '1245319599',
  text: 'Weekly visits, continuous monitoring, 90 days',
};
