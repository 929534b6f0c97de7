import { ChartPanel } from '../chart/chart-panel.tsx';
import { detailTitleId, followFocus, hashOf } from '../state/route.ts';
import { fleet, now, openAlerts } from '../state/store.ts';
import { drugWord } from '../text/drugs.ts';
import { clockTime, span } from '../text/time.ts';
import { priorityWord, pumpStateWord } from '../text/words.ts';
import { BackLink, useFocusOnOpen } from './back-link.tsx';
import { PriorityMark } from './marks.tsx';
import { Battery, PressureShare, Rate, Reservoir } from './pump-facts.tsx';

export function PumpDetailPanel({ id }: { id: string }) {
  const heading = useFocusOnOpen();
  const pump = fleet.value.pumps.get(id);
  const alerts = openAlerts.value.filter((alert) => alert.pump === id);
  const made = [pump?.model, pump?.serial === null ? null : pump?.serial].filter(Boolean).join(', serial ');
  return (
    <article class="panel" aria-label="Pump">
      <BackLink />
      <header class="detail-head">
        <p class="detail-kind">Pump{made === '' ? '' : ` · ${made}`}</p>
        <h2 ref={heading} id={detailTitleId} tabIndex={-1}>
          {id}
        </h2>
        {pump === undefined ? (
          <p class="lead">{fleet.value.known ? 'The gateway knows no pump of this name.' : 'Asking the gateway…'}</p>
        ) : (
          <p class="lead">
            {pump.stateUnknown
              ? `State unknown since ${clockTime(pump.lastSeen, now.value)}, ${span(now.value - pump.lastSeen)}. Phone the patient; below is what was last known.`
              : `${pumpStateWord[pump.latest.state]}${pump.latest.drug === undefined ? '' : `, ${drugWord(pump.latest.drug)}`}, on hub ${pump.hub}.`}
          </p>
        )}
      </header>
      {alerts.length > 0 && (
        <ul class="pump-alerts" aria-label="Open alerts of this pump">
          {alerts.map((alert) => (
            <li key={alert.id}>
              <a href={hashOf({ view: 'alert', id: alert.id })} onClick={() => followFocus(false)}>
                <PriorityMark priority={alert.priority} />
                <span>
                  {priorityWord[alert.priority]}: {alert.text}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {pump !== undefined && (
        <dl class="big-figures" data-unknown={pump.stateUnknown}>
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
      )}
      <section class="block">
        <ChartPanel title="Trend" pump={id} subject={null} />
      </section>
    </article>
  );
}
