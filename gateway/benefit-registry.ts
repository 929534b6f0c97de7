import type { CareRecords } from '#benefit/care.ts';
import type { Registry } from '#registry/registry.ts';

/** The registry as the benefit reads it. */
export function careRecordsOf(registry: Registry): CareRecords {
  const all = <K extends 'orders' | 'plans' | 'assignments'>(kind: K, patient: string) =>
    registry
      .list(kind)
      .map(({ record }) => record)
      .filter((record) => record.patient === patient);
  return {
    patients: () => registry.list('patients').map(({ record }) => record.id),
    care: (patient) => {
      const found = registry.get('patients', patient)?.record;
      if (!found) return undefined;
      return {
        zone: found.zone,
        orders: all('orders', patient),
        plans: all('plans', patient),
        assignments: all('assignments', patient),
        supplier: registry
          .list('supplier-spans')
          .map(({ record }) => record)
          .filter(({ agency }) => agency === found.agency),
      };
    },
  };
}
