import { ChartPanel } from '../chart/chart-panel.tsx';
import { usePatientOf } from '../state/patient.ts';
import { detailTitleId, followFocus, hashOf } from '../state/route.ts';
import { fleet, now, openAlerts } from '../state/store.ts';
import { drugWord } from '../text/drugs.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';
import { alertText } from '../text/words.ts';
import { BackLink, useFocusOnOpen } from './back-link.tsx';
import { PriorityMark } from './marks.tsx';
import { PatientCard } from './patient-card.tsx';
import { Battery, PressureShare, Rate, Reservoir } from './pump-facts.tsx';

export function PumpDetailPanel({ id }: { id: string }) {
  const t = words.value;
  const heading = useFocusOnOpen();
  const pump = fleet.value.pumps.get(id);
  const patient = usePatientOf(id);
  const alerts = openAlerts.value.filter((alert) => alert.pump === id);
  const made = [pump?.model, pump?.serial === null ? null : pump?.serial].filter(Boolean).join(t.pumps.serial);
  return (
    <article class="panel" aria-label={t.detail.pump}>
      <BackLink />
      <header class="detail-head">
        <p class="detail-kind">
          {t.pump}
          {made === '' ? '' : ` · ${made}`}
        </p>
        <h2 ref={heading} id={detailTitleId} tabIndex={-1}>
          {id}
        </h2>
        {pump === undefined ? (
          <p class="lead">{fleet.value.known ? t.pumps.unknown : t.detail.askingShort}</p>
        ) : (
          <p class="lead">
            {pump.stateUnknown
              ? t.pumps.silent(clockTime(pump.lastSeen, now.value), span(now.value - pump.lastSeen))
              : t.pumps.onHub(
                  [t.pumpState[pump.latest.state], pump.latest.drug === undefined ? null : drugWord(pump.latest.drug)]
                    .filter(Boolean)
                    .join(', '),
                  pump.hub,
                )}
          </p>
        )}
      </header>
      {alerts.length > 0 && (
        <ul class="pump-alerts" aria-label={t.pumps.alerts}>
          {alerts.map((alert) => (
            <li key={alert.id}>
              <a href={hashOf({ view: 'alert', id: alert.id })} onClick={() => followFocus(false)}>
                <PriorityMark priority={alert.priority} />
                <span>
                  {t.priority[alert.priority]}: {alertText(alert)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {pump !== undefined && (
        <dl class="big-figures" data-unknown={pump.stateUnknown}>
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
      )}
      {pump !== undefined && <PatientCard pump={pump} patient={patient} />}
      <section class="block">
        <ChartPanel title={t.pumps.trend} pump={id} subject={null} patient={patient} />
      </section>
    </article>
  );
}
