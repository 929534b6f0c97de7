import type { WirePump } from '../api/wire.ts';
import { followFocus, hashOf, route } from '../state/route.ts';
import { fleet, now, pumps } from '../state/store.ts';
import { drugWord } from '../text/drugs.ts';
import { clockTime } from '../text/time.ts';
import { pumpStateWord } from '../text/words.ts';
import { Ago } from './age.tsx';
import { Battery, PressureShare, Rate, Reservoir } from './pump-facts.tsx';

function PumpCard({ pump }: { pump: WirePump }) {
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
          <span class="pump-state">{pump.stateUnknown ? 'State unknown' : pumpStateWord[pump.latest.state]}</span>
        </span>
        <span class="pump-sub">
          <span>{pump.latest.drug === undefined ? 'Drug not told' : drugWord(pump.latest.drug)}</span>
          <span>
            {pump.stateUnknown ? (
              <>silent since {clockTime(pump.lastSeen, now.value)}</>
            ) : (
              <>
                seen <Ago at={pump.lastSeen} />
              </>
            )}
          </span>
        </span>
        <dl class="pump-figures">
          <div>
            <dt>Rate</dt>
            <dd>
              <Rate pump={pump} />
            </dd>
          </div>
          <div>
            <dt>Pressure</dt>
            <dd>
              <PressureShare pump={pump} />
            </dd>
          </div>
          <div>
            <dt>Reservoir</dt>
            <dd>
              <Reservoir pump={pump} />
            </dd>
          </div>
          <div>
            <dt>Battery</dt>
            <dd>
              <Battery pump={pump} />
            </dd>
          </div>
        </dl>
        {pump.stateUnknown && <span class="pump-old">These are its last known values, not its present ones.</span>}
      </a>
    </li>
  );
}

export function PumpList() {
  return (
    <section class="group" aria-labelledby="pumps-title">
      <h2 id="pumps-title">
        Pumps <span class="count">{fleet.value.pumps.size}</span>
      </h2>
      {fleet.value.known && fleet.value.pumps.size === 0 && (
        <p class="nothing">No pump has reported yet. Each appears here with its first report.</p>
      )}
      <ul class="pumps">
        {pumps.value.map((pump) => (
          <PumpCard key={pump.id} pump={pump} />
        ))}
      </ul>
    </section>
  );
}
