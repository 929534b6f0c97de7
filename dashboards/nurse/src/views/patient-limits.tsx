import type { AlertPolicy } from '../../../../gateway/alerts/policy.ts';
import { type PatientLimit, patientLimits } from '../../../../gateway/model/pump-context.ts';
import { api } from '../api/client.ts';
import type { LimitRecord, Versioned } from '../api/wire.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';
import { TableHead } from './table-head.tsx';
import { useAnswer } from './use-answer.ts';

/** The unit stands at the end of the name. */
function withUnit(limit: PatientLimit, value: number): string {
  if (limit.endsWith('Pct')) return `${value} %`;
  return limit.endsWith('Seconds') ? `${value} s` : `${value} min`;
}

function LimitRow({ record, version, by, standard }: Versioned<LimitRecord> & { standard: number }) {
  const t = words.value.policy;
  const over = record.to <= now.value;
  return (
    <tr>
      <th scope="row">
        {record.patient}
        {over && <span class="bundled">{t.over}</span>}
      </th>
      <td data-label={t.limit}>{t.limits[record.limit]}</td>
      <td data-label={t.value}>
        {withUnit(record.limit, record.value)}{' '}
        <span class="quiet">{t.insteadOf(withUnit(record.limit, standard))}</span>
      </td>
      <td data-label={t.restsOn}>{record.order}</td>
      <td data-label={t.holds}>
        {clockTime(record.from, now.value)} – {clockTime(record.to, now.value)}
      </td>
      <td data-label={t.by}>
        {by} <span class="quiet">{t.versionOf(version)}</span>
      </td>
    </tr>
  );
}

/** Limits of all, and those that a prescriber set otherwise for one patient. */
export function PatientLimits({ defaults }: { defaults: AlertPolicy['derived']['limits'] }) {
  const [loaded] = useAnswer('limits', api.limits);
  const t = words.value.policy;
  return (
    <section class="card padded" aria-labelledby="limits-title">
      <h2 id="limits-title">{t.limitsTitle}</h2>
      <dl class="numbers">
        {patientLimits.map((limit) => (
          <div key={limit}>
            <dt>{t.limits[limit]}</dt>
            <dd>{withUnit(limit, defaults[limit])}</dd>
          </div>
        ))}
      </dl>
      <h3>{t.ofPatients}</h3>
      {loaded.kind === 'failed' && <p class="notice">{loaded.why}</p>}
      {loaded.kind === 'known' && loaded.body.records.length === 0 && <p class="quiet after">{t.noneOfPatients}</p>}
      {loaded.kind === 'known' && loaded.body.records.length > 0 && (
        <table class="table">
          <TableHead titles={[words.value.patient, t.limit, t.value, t.restsOn, t.holds, t.by]} />
          <tbody>
            {loaded.body.records.map((one) => (
              <LimitRow key={one.record.id} {...one} standard={defaults[one.record.limit]} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
