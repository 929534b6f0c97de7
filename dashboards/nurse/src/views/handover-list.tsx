import type { HandoverItem } from '../../../../gateway/model/handover.ts';
import { hashOf } from '../state/route.ts';
import { fleet, now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';
import { alertText, subjectOf } from '../text/words.ts';
import { PriorityMark } from './marks.tsx';
import { TableHead } from './table-head.tsx';

/** Who has it, and what comes next if nobody does anything. */
function actionOf({ response, acknowledgedBy, nextStepAt }: HandoverItem): string {
  const { holder, handover } = words.value;
  const has =
    response === 'unacknowledged'
      ? holder.nobody
      : response === 'snoozed'
        ? acknowledgedBy === null
          ? holder.snoozed
          : holder.snoozedBy(acknowledgedBy)
        : response === 'shelved'
          ? holder.shelved
          : holder.has(acknowledgedBy ?? holder.somebody);
  return nextStepAt === null ? has : `${has}; ${handover.nextStep(clockTime(nextStepAt, now.value))}`;
}

/** Which high alerts the receiver has taken over so far; absent where nobody is asked. */
export interface Taking {
  readonly taken: ReadonlySet<string>;
  readonly set: (alert: string, on: boolean) => void;
}

function Row({ item, taking }: { item: HandoverItem; taking: Taking | undefined }) {
  const t = words.value;
  const alert = fleet.value.alerts.get(item.alert);
  const where = [
    item.patient === null ? null : t.patientNamed(item.patient),
    alert === undefined ? null : subjectOf(alert),
    describedSince(item),
  ].filter((part) => part !== null);
  return (
    <tr>
      <th scope="row">
        <span class="with-mark">
          <PriorityMark priority={item.priority} /> {t.priority[item.priority]}
        </span>
      </th>
      <td>
        <a class="text-link" href={hashOf({ view: 'alert', id: item.alert })}>
          {alert === undefined ? item.text : alertText(alert)}
        </a>
        <p class="quiet">{where.join(' · ')}</p>
      </td>
      <td>
        {actionOf(item)}
        {item.missed && <p class="quiet">{t.flags.missed}</p>}
        {taking !== undefined && item.priority === 'high' && (
          <label class="switch">
            <input
              type="checkbox"
              checked={taking.taken.has(item.alert)}
              onChange={(event) => taking.set(item.alert, event.currentTarget.checked)}
            />
            <span>{t.handover.take}</span>
          </label>
        )}
      </td>
    </tr>
  );
}

const describedSince = ({ since }: HandoverItem): string => clockTime(since, now.value);

/** The first three letters of I-PASS: illness severity, patient, action list. The sickest stand first. */
export function HandoverList({ items, taking }: { items: readonly HandoverItem[]; taking?: Taking | undefined }) {
  const t = words.value.handover;
  return (
    <section class="card" aria-labelledby="handover-items">
      <h2 id="handover-items" class="card-title">
        {t.items} <span class="count">{items.length}</span>
      </h2>
      {items.length === 0 ? (
        <p class="card-nothing">{t.nothing}</p>
      ) : (
        <table class="table handover">
          <TableHead titles={[t.severity, t.patient, t.action]} />
          <tbody>
            {items.map((item) => (
              <Row key={item.alert} item={item} taking={taking} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
