import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { PatientIdentities } from '#registry/patient-identities.ts';
import { Registry } from '#registry/registry.ts';

export const REGISTRY_START_MS = Date.UTC(2026, 5, 1, 12);

const zone = 'America/Chicago';
const dated = { from: '2026-01-01', to: null };
const device = { model: null, serial: null, ...dated };

/** Two agencies with a patient, a pump and a hub each. */
export const sampleRecords = {
  agencies: [
    { id: 'north', name: 'North Infusion', zone, ...dated },
    { id: 'south', name: 'South Infusion', zone, ...dated },
  ],
  'supplier-spans': [{ id: 'north-qualified', agency: 'north', ...dated }],
  staff: [
    { id: 'staff-1', agency: 'north', name: 'nurse n', role: 'nurse', ...dated },
    { id: 'staff-2', agency: 'south', name: 'nurse s', role: 'nurse', ...dated },
  ],
  patients: [
    { id: 'patient-n', agency: 'north', zone, ...dated },
    { id: 'patient-s', agency: 'south', zone, ...dated },
  ],
  hubs: [
    { id: 'hub-n', agency: 'north', ...device },
    { id: 'hub-s', agency: 'south', ...device },
  ],
  pumps: [
    { id: 'pump-n', agency: 'north', ...device },
    { id: 'pump-s', agency: 'south', ...device },
  ],
  assignments: [
    { id: 'assign-n', pump: 'pump-n', patient: 'patient-n', from: REGISTRY_START_MS - 86_400_000, to: null },
    { id: 'assign-s', pump: 'pump-s', patient: 'patient-s', from: REGISTRY_START_MS - 86_400_000, to: null },
  ],
  orders: [
    {
      id: 'order-n',
      patient: 'patient-n',
      drug: 'milrinone',
      jcode: 'J2260',
      modifiers: [],
      pumpCode: 'E0781',
      rateMlH: 7.5,
      volumeMl: 180,
      schedule: 'continuous',
      ...dated,
    },
  ],
  plans: [
    {
      id: 'plan-n',
      patient: 'patient-n',
      establishedBy: 'physician',
      signedOn: '2026-01-02',
      services: ['professional', 'remote-monitoring'],
      ...dated,
    },
  ],
} as const;

export interface RegistryRig {
  readonly clock: VirtualClock;
  readonly registry: Registry;
  readonly identities: PatientIdentities;
}

export function registryRig(store: StateStore = new MemoryStateStore(), key = Buffer.alloc(32, 7)): RegistryRig {
  const clock = new VirtualClock(REGISTRY_START_MS);
  return { clock, registry: new Registry(store, clock), identities: new PatientIdentities(store, clock, () => key) };
}

/** With the sample records in it. */
export function filledRegistry(store?: StateStore): RegistryRig {
  const rig = registryRig(store);
  const { problems } = rig.registry.putAll(sampleRecords, { by: 'a test' });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return rig;
}
