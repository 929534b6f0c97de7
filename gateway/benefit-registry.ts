import type { NotifyPort } from '#api/ports-notify.ts';
import type { CareRecords } from '#benefit/care.ts';
import type { Clock } from '#kernel/clock.ts';
import { days } from '#kernel/time.ts';
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

/** How far ahead the schedule is looked at. */
const AHEAD = days(7);

/** Times of the coming days in which the patient's agency has nobody on call first; null without any schedule. */
export function unreachableOf(
  onCall: Pick<NotifyPort['onCall'], 'gaps' | 'rotations'>,
  registry: Registry,
  patient: string,
  clock: Pick<Clock, 'wall'>,
): readonly { readonly from: number; readonly to: number }[] | null {
  if (onCall.rotations().length === 0) return null;
  const now = clock.wall();
  const gaps = onCall.gaps(now, now + AHEAD, registry.agencyOf('patients', patient));
  return gaps.filter(({ role }) => role === 'primary');
}
