import type { WirePump } from '../api/wire.ts';
import { rateText } from '../chart/summary.ts';
import type { PatientFacts } from '../state/patient.ts';
import { now } from '../state/store.ts';
import { drugWord } from '../text/drugs.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';

/** When the reservoir runs dry if it goes on at this rate, ms from now; null when nothing flows or it is not measured. */
export function emptyInMs({ reservoir_ml: left, rate_ml_h: rate }: WirePump['latest']): number | null {
  return left === undefined || rate === undefined || rate <= 0 ? null : (left / rate) * 3_600_000;
}

/** Whom the pump runs for, what was ordered, and when its bag runs dry. */
export function PatientCard({ pump, patient }: { pump: WirePump; patient: PatientFacts | null }) {
  const t = words.value.patientCard;
  const emptyMs = pump.stateUnknown ? null : emptyInMs(pump.latest);
  if (patient === null && emptyMs === null) return null;
  return (
    <dl class="facts">
      {patient !== null && (
        <div>
          <dt>{t.patient}</dt>
          <dd>{patient.identity === null ? patient.id : `${patient.identity.name} (${patient.id})`}</dd>
        </div>
      )}
      {patient?.orders.map((order) => (
        <div key={order.id}>
          <dt>{t.ordered}</dt>
          <dd>
            {[
              drugWord(order.drug),
              order.rateMlH === null ? null : `${rateText(order.rateMlH)} mL/h`,
              order.volumeMl === null ? null : `${order.volumeMl} mL`,
              order.schedule,
            ]
              .filter((part) => part !== null)
              .join(', ')}
          </dd>
        </div>
      ))}
      {emptyMs !== null && (
        <div>
          <dt>{t.empty}</dt>
          <dd>{t.emptyAt(span(emptyMs), clockTime(pump.latest.at + emptyMs, now.value))}</dd>
        </div>
      )}
    </dl>
  );
}
