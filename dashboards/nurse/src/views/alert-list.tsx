import type { Alert } from '../../../../gateway/model/alert.ts';
import { type AlertGroup, groupOf, matches } from '../state/order.ts';
import { fleet, heard, known, openAlerts, refusedList, search } from '../state/store.ts';
import { drugWord } from '../text/drugs.ts';
import { words } from '../text/language.ts';
import { clockTimeSeconds } from '../text/time.ts';
import { alertText } from '../text/words.ts';
import { AlertRow } from './alert-row.tsx';

const groups: readonly { readonly group: AlertGroup; readonly title: 'waiting' | 'inHand' | 'advisory' }[] = [
  { group: 'waiting', title: 'waiting' },
  { group: 'in-hand', title: 'inHand' },
  { group: 'advisory', title: 'advisory' },
];

function Group({ title, alerts }: { title: string; alerts: readonly Alert[] }) {
  if (alerts.length === 0) return null;
  return (
    <section class="group">
      <h2>
        {title} <span class="count">{alerts.length}</span>
      </h2>
      <ul class="rows">
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
    </section>
  );
}

function NothingDue() {
  const checked = heard.value;
  const t = words.value.list;
  return (
    <div class="nothing">
      <p class="nothing-title">{t.nothing}</p>
      <p>
        {t.noneOpen(fleet.value.pumps.size)}
        {checked !== null && <> {t.checked(clockTimeSeconds(checked.wall))}</>}
      </p>
    </div>
  );
}

const isSearched = (alert: Alert): boolean =>
  matches(search.value, [
    alertText(alert),
    alert.pump,
    alert.hub,
    alert.patient,
    alert.drug === null ? null : drugWord(alert.drug),
    alert.acknowledgedBy,
  ]);

export function AlertList() {
  const all = openAlerts.value;
  const alerts = search.value === '' ? all : all.filter(isSearched);
  const t = words.value.list;
  return (
    <section aria-labelledby="alerts-title">
      <h1 id="alerts-title" class="sr-only">
        {t.title}
      </h1>
      {!known.value && <p class="nothing">{refusedList.value ?? t.asking}</p>}
      {known.value && all.length === 0 && <NothingDue />}
      {all.length > 0 && alerts.length === 0 && <p class="nothing">{t.noneFound(search.value)}</p>}
      {groups.map(({ group, title }) => (
        <Group key={group} title={t[title]} alerts={alerts.filter((alert) => groupOf(alert) === group)} />
      ))}
    </section>
  );
}
