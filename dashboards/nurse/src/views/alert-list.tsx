import type { Alert } from '../../../../gateway/model/alert.ts';
import { type AlertGroup, groupOf } from '../state/order.ts';
import { fleet, heard, known, openAlerts, refusedList } from '../state/store.ts';
import { clockTimeSeconds } from '../text/time.ts';
import { AlertRow } from './alert-row.tsx';

const groups: readonly { readonly group: AlertGroup; readonly title: string }[] = [
  { group: 'waiting', title: 'Waiting for someone' },
  { group: 'in-hand', title: 'In hand' },
  { group: 'advisory', title: 'When there is time' },
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
  return (
    <div class="nothing">
      <p class="nothing-title">Nothing is due</p>
      <p>
        No open alert on {fleet.value.pumps.size} {fleet.value.pumps.size === 1 ? 'pump' : 'pumps'}.
        {checked !== null && <> Last checked at {clockTimeSeconds(checked.wall)}.</>}
      </p>
    </div>
  );
}

export function AlertList() {
  const alerts = openAlerts.value;
  return (
    <section aria-labelledby="alerts-title">
      <h1 id="alerts-title" class="sr-only">
        Alerts
      </h1>
      {!known.value && <p class="nothing">{refusedList.value ?? 'Asking the gateway for open alerts…'}</p>}
      {known.value && alerts.length === 0 && <NothingDue />}
      {groups.map(({ group, title }) => (
        <Group key={group} title={title} alerts={alerts.filter((alert) => groupOf(alert) === group)} />
      ))}
    </section>
  );
}
