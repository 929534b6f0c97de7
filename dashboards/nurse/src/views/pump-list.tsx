import type { WirePump } from '../api/wire.ts';
import { matches } from '../state/order.ts';
import { followFocus, hashOf, route } from '../state/route.ts';
import { fleet, now, pumps, search } from '../state/store.ts';
import { drugWord } from '../text/drugs.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';
import { Battery, PressureShare, Rate, Reservoir } from './pump-facts.tsx';

function PumpCard({ pump }: { pump: WirePump }) {
  const t = words.value;
  const selected = route.value.view === 'pump' && route.value.id === pump.id;
  return (
    <li class="pump" data-unknown={pump.stateUnknown} data-selected={selected}>
      <a
        class="pump-open"
        href={hashOf({ view: 'pump', id: pump.id })}
        aria-current={selected ? 'true' : undefined}
        onClick={() => followFocus(selected)}
      >
        <span class="pump-head">
          <span class="pump-id">{pump.id}</span>
          <span class="pump-state">{pump.stateUnknown ? t.stateUnknown : t.pumpState[pump.latest.state]}</span>
        </span>
        <span class="pump-sub">
          <span>{pump.latest.drug === undefined ? t.figures.drugUntold : drugWord(pump.latest.drug)}</span>
          <span>
            {pump.stateUnknown
              ? t.figures.silentSince(clockTime(pump.lastSeen, now.value))
              : t.figures.seen(t.ago(span(now.value - pump.lastSeen)))}
          </span>
        </span>
        <dl class="pump-figures">
          <div>
            <dt>{t.figures.rate}</dt>
            <dd>
              <Rate pump={pump} />
            </dd>
          </div>
          <div>
            <dt>{t.figures.pressure}</dt>
            <dd>
              <PressureShare pump={pump} />
            </dd>
          </div>
          <div>
            <dt>{t.figures.reservoir}</dt>
            <dd>
              <Reservoir pump={pump} />
            </dd>
          </div>
          <div>
            <dt>{t.figures.battery}</dt>
            <dd>
              <Battery pump={pump} />
            </dd>
          </div>
        </dl>
        {pump.stateUnknown && <span class="pump-old">{t.figures.old}</span>}
      </a>
    </li>
  );
}

const isSearched = (pump: WirePump): boolean =>
  search.value === '' ||
  matches(search.value, [
    pump.id,
    pump.hub,
    pump.model,
    pump.latest.drug === undefined ? null : drugWord(pump.latest.drug),
  ]);

export function PumpList() {
  const t = words.value.pumps;
  return (
    <section class="group" aria-labelledby="pumps-title">
      <h2 id="pumps-title">
        {t.title} <span class="count">{fleet.value.pumps.size}</span>
      </h2>
      {fleet.value.known && fleet.value.pumps.size === 0 && <p class="nothing">{t.none}</p>}
      <ul class="pumps">
        {pumps.value.filter(isSearched).map((pump) => (
          <PumpCard key={pump.id} pump={pump} />
        ))}
      </ul>
    </section>
  );
}

/** All pumps, for a screen that has no room for them beside the alerts. */
export function PumpsPage() {
  return <PumpList />;
}
