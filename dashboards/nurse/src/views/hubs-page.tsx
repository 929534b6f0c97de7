import type { HubView } from '../../../../gateway/model/fleet.ts';
import { hashOf } from '../state/route.ts';
import { fleet, now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';
import { TableHead } from './table-head.tsx';

/** A clock that is off by less than this needs nobody's attention. */
const noticedSkewMs = 2_000;

const missingOf = (hub: HubView): number =>
  hub.pumps.flatMap((id) => fleet.value.pumps.get(id)?.gaps ?? []).reduce((sum, gap) => sum + gap.to - gap.from + 1, 0);

function HubRow({ hub }: { hub: HubView }) {
  const t = words.value;
  const missing = missingOf(hub);
  const skew = hub.clockSkewMs;
  return (
    <tr data-dark={hub.state === 'offline'}>
      <th scope="row">{hub.id}</th>
      <td data-label={t.hubs.state}>
        <span class="hub-state" data-state={hub.state}>
          {t.hubs.states[hub.state]}
        </span>
      </td>
      <td data-label={t.hubs.seen}>
        <span>
          {clockTime(hub.lastSeen, now.value)} <span class="unit">{t.ago(span(now.value - hub.lastSeen))}</span>
        </span>
      </td>
      <td data-label={t.hubs.clock}>
        {skew === null
          ? t.hubs.unmeasured
          : Math.abs(skew) < noticedSkewMs
            ? t.hubs.right
            : t.hubs.off(span(Math.abs(skew)), skew < 0)}
      </td>
      <td data-label={t.hubs.missing}>{missing === 0 ? t.hubs.none : t.hubs.missingCount(missing)}</td>
      <td data-label={t.hubs.firmware}>{hub.firmware ?? t.hubs.untold}</td>
      <td data-label={t.hubs.pumps}>
        {hub.pumps.map((id) => (
          <a key={id} class="text-link cell-link" href={hashOf({ view: 'pump', id })}>
            {id}
          </a>
        ))}
      </td>
    </tr>
  );
}

/** The home hubs, the dark ones first. */
export function HubsPage() {
  const t = words.value.hubs;
  const hubs = [...fleet.value.hubs.values()].sort(
    (a, b) =>
      Number(a.state === 'online') - Number(b.state === 'online') ||
      a.id.localeCompare(b.id, 'en', { numeric: true, sensitivity: 'base' }),
  );
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {t.title} <span class="count">{hubs.length}</span>
      </h1>
      {hubs.length === 0 ? (
        <p class="nothing">{t.noHubs}</p>
      ) : (
        <div class="card">
          <table class="table">
            <TableHead titles={[t.hub, t.state, t.seen, t.clock, t.missing, t.firmware, t.pumps]} />
            <tbody>
              {hubs.map((hub) => (
                <HubRow key={hub.id} hub={hub} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
