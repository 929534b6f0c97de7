import type { StateReader } from '#kernel/state-store.ts';
import type { FormProblem } from '#model/form-problems.ts';
import type { Assignment, RegistryKind, RegistryRecords, StaffMember } from '#model/registry.ts';
import { listRecords, readRecord } from './registry-records.ts';

/** What no single field can tell: that a record fits the others. */

type Rules = { readonly [K in RegistryKind]: (store: StateReader, record: RegistryRecords[K]) => FormProblem[] };

const rules: Rules = {
  agencies: () => [],
  'supplier-spans': (store, { agency }) => refersTo(store, 'agencies', agency, 'agency'),
  staff: (store, member) => [...refersTo(store, 'agencies', member.agency, 'agency'), ...nameTaken(store, member)],
  patients: (store, { agency }) => refersTo(store, 'agencies', agency, 'agency'),
  hubs: (store, { agency }) => refersTo(store, 'agencies', agency, 'agency'),
  pumps: (store, { agency }) => refersTo(store, 'agencies', agency, 'agency'),
  assignments: (store, assignment) => [
    ...refersTo(store, 'pumps', assignment.pump, 'pump'),
    ...refersTo(store, 'patients', assignment.patient, 'patient'),
    ...oneAgency(store, assignment),
    ...overlaps(store, assignment),
  ],
  orders: (store, { patient }) => refersTo(store, 'patients', patient, 'patient'),
  limits: (store, { patient, order }) => [
    ...refersTo(store, 'patients', patient, 'patient'),
    ...(readRecord(store, 'orders', order)?.record.patient === patient
      ? []
      : [{ where: 'order', problem: `${order} is no order of this patient` }]),
  ],
  plans: (store, { patient }) => refersTo(store, 'patients', patient, 'patient'),
};

/** Everything in which a well-formed record does not fit the rest of the registry. */
export function misfits<K extends RegistryKind>(
  store: StateReader,
  kind: K,
  record: RegistryRecords[K],
): FormProblem[] {
  return [...spanProblems(record), ...moved(store, kind, record), ...rules[kind](store, record)];
}

/** Whose a record is. Null when what it hangs on is unknown. */
export function agencyOf<K extends RegistryKind>(
  store: StateReader,
  kind: K,
  record: RegistryRecords[RegistryKind],
): string | null {
  if ('agency' in record) return record.agency;
  if ('patient' in record) return readRecord(store, 'patients', record.patient)?.record.agency ?? null;
  return kind === 'agencies' ? record.id : null;
}

function spanProblems({ from, to }: RegistryRecords[RegistryKind]): FormProblem[] {
  const backwards = to !== null && to < from;
  return backwards ? [{ where: 'to', problem: 'is before `from`' }] : [];
}

function refersTo(store: StateReader, kind: RegistryKind, id: string, where: string): FormProblem[] {
  return readRecord(store, kind, id) ? [] : [{ where, problem: `${id} is not in the registry` }];
}

/** What happened under one agency or patient must not appear under another: such a record is ended and a new one made. */
function moved<K extends RegistryKind>(store: StateReader, kind: K, record: RegistryRecords[K]): FormProblem[] {
  const before = readRecord(store, kind, record.id)?.record;
  if (!before) return [];
  const fixed = ['agency', 'patient', 'pump'] as const;
  const kept = new Map<string, unknown>(Object.entries(before));
  const given = new Map<string, unknown>(Object.entries(record));
  return fixed
    .filter((field) => kept.get(field) !== given.get(field))
    .map((where) => ({ where, problem: 'cannot change: end this record and put a new one' }));
}

function nameTaken(store: StateReader, { id, name, from, to }: StaffMember): FormProblem[] {
  const other = listRecords(store, 'staff').some(
    ({ record }) => record.id !== id && record.name === name && meet({ from, to }, record),
  );
  return other ? [{ where: 'name', problem: 'somebody of this name works here in that time' }] : [];
}

function oneAgency(store: StateReader, { pump, patient }: Assignment): FormProblem[] {
  const ofPump = readRecord(store, 'pumps', pump)?.record.agency;
  const ofPatient = readRecord(store, 'patients', patient)?.record.agency;
  const apart = ofPump !== undefined && ofPatient !== undefined && ofPump !== ofPatient;
  return apart ? [{ where: 'pump', problem: 'belongs to another agency than the patient' }] : [];
}

function overlaps(store: StateReader, { id, pump, from, to }: Assignment): FormProblem[] {
  const other = listRecords(store, 'assignments').find(
    ({ record }) =>
      record.id !== id &&
      record.pump === pump &&
      (record.to === null || from < record.to) &&
      (to === null || record.from < to),
  );
  return other ? [{ where: 'pump', problem: `runs for a patient in that time already (${other.record.id})` }] : [];
}

interface Dates {
  readonly from: string;
  readonly to: string | null;
}

const meet = (a: Dates, b: Dates): boolean => (b.to === null || a.from <= b.to) && (a.to === null || b.from <= a.to);
