import { useState } from 'preact/hooks';
import type { AlarmLoad } from '../../../../gateway/model/alarm-load.ts';
import { api, gatewayNow } from '../api/client.ts';
import { type Measured, measuresOf } from '../state/alarm-targets.ts';
import { hashOf } from '../state/route.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';
import { alertText, named } from '../text/words.ts';
import { PriorityMark } from './marks.tsx';
import { TableHead } from './table-head.tsx';
import { useAnswer } from './use-answer.ts';

const ranges = [7, 30, 90] as const;
const dayMs = 86_400_000;

const share = (part: number): string => `${Math.round(part * 100)} %`;

/** With tenths: a figure just over its target must not read as the target. */
const reply = (ms: number): string => (ms < 60_000 ? span(ms) : `${(ms / 60_000).toFixed(1)} min`);

function figureOf({ figure, unit }: Measured): string {
  if (figure === null) return words.value.alarmLoad.notMeasured;
  if (unit === 'share') return share(figure);
  return unit === 'ms' ? reply(figure) : String(figure);
}

function Targets({ load }: { load: AlarmLoad }) {
  const t = words.value.alarmLoad;
  return (
    <section class="card" aria-label={t.target}>
      <table class="table figures">
        <TableHead titles={[t.measure, t.figure, t.target, t.verdict]} />
        <tbody>
          {measuresOf(load).map((one) => (
            <tr key={one.measure}>
              <th scope="row">{t.measures[one.measure]}</th>
              <td data-label={t.figure}>{figureOf(one)}</td>
              <td data-label={t.target}>{t.targets[one.measure]}</td>
              <td data-label={t.verdict}>
                {one.met === null ? (
                  '–'
                ) : (
                  <span class="verdict" data-met={one.met}>
                    {one.met ? t.met : t.missed}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Priorities({ load }: { load: AlarmLoad }) {
  const t = words.value.alarmLoad;
  const maybe = <T,>(figure: T | null, say: (figure: T) => string) => (figure === null ? '–' : say(figure));
  return (
    <section class="card" aria-labelledby="priorities-title">
      <h2 id="priorities-title" class="card-title">
        {t.priorities}
      </h2>
      <table class="table figures">
        <TableHead titles={[t.priority, t.count, t.closed, t.acted, t.p50, t.p90, t.late]} />
        <tbody>
          {load.byPriority.map((one) => (
            <tr key={one.priority}>
              <th scope="row">
                <span class="with-mark">
                  <PriorityMark priority={one.priority} /> {words.value.priority[one.priority]}
                </span>
              </th>
              <td data-label={t.count}>{one.alerts}</td>
              <td data-label={t.closed}>{one.closed}</td>
              <td data-label={t.acted}>{maybe(one.actionableShare, share)}</td>
              <td data-label={t.p50}>{maybe(one.replyP50Ms, reply)}</td>
              <td data-label={t.p90}>{maybe(one.replyP90Ms, reply)}</td>
              <td data-label={t.late}>{one.unansweredAt15Min}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** So many rows tell where the load is; the rest is in the figures. */
const longest = 20;

function Shifts({ load }: { load: AlarmLoad }) {
  const t = words.value.alarmLoad;
  return (
    <section class="card padded">
      <h2>{t.shifts}</h2>
      {load.shifts.length === 0 && <p>{t.noPages}</p>}
      <ul class="tally">
        {load.shifts.slice(0, longest).map(({ person, begins, pages }) => (
          <li key={`${person} ${begins}`}>
            <span>
              {person} <span class="quiet">{clockTime(begins, now.value)}</span>
            </span>
            <span>
              {pages} <span class="quiet">{t.pages.toLowerCase()}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Noise({ load }: { load: AlarmLoad }) {
  const t = words.value.alarmLoad;
  return (
    <>
      <section class="card padded">
        <h2>{t.noisiest}</h2>
        <p class="quiet">{load.noisiest.length === 0 ? t.noNoise : t.noisiestTarget}</p>
        <ul class="tally">
          {load.noisiest.slice(0, longest).map(({ of, alerts }) => (
            <li key={of}>
              <span>{of}</span>
              <span>
                {alerts} <span class="quiet">{t.count.toLowerCase()}</span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card padded">
        <h2>{t.chatter}</h2>
        <p class="quiet">{load.chatter.length === 0 ? t.noChatter : t.chatterTarget}</p>
        <ul class="tally">
          {load.chatter.slice(0, longest).map(({ alert, pump, code, count }) => (
            <li key={alert}>
              <a class="text-link" href={hashOf({ view: 'alert', id: alert })}>
                {alertText({ code, text: code })}
                {pump !== null && `, ${named('pump', pump)}`}
              </a>
              <span>{t.times(count)}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Report({ days }: { days: number }) {
  const [loaded] = useAnswer('alarm-load', () => api.alarmLoad(gatewayNow() - days * dayMs, gatewayNow()));
  if (loaded.kind === 'asking') return <p class="nothing">{words.value.detail.askingShort}</p>;
  if (loaded.kind === 'failed') return <p class="nothing">{loaded.why}</p>;
  return (
    <>
      <p class="page-intro">{words.value.alarmLoad.alerts(loaded.body.alerts)}</p>
      <Targets load={loaded.body} />
      <Priorities load={loaded.body} />
      <div class="side-by-side">
        <Shifts load={loaded.body} />
        <Noise load={loaded.body} />
      </div>
    </>
  );
}

/** What alarms asked of people, beside what they may ask. */
export function AlarmLoadPage() {
  const [days, setDays] = useState<number>(ranges[1]);
  const t = words.value.alarmLoad;
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {t.title}
      </h1>
      <p class="page-intro">{t.intro}</p>
      <fieldset class="segments page-range">
        <legend class="sr-only">{t.shown}</legend>
        {ranges.map((range) => (
          <button key={range} type="button" aria-pressed={range === days} onClick={() => setDays(range)}>
            {t.days(range)}
          </button>
        ))}
      </fieldset>
      <Report key={days} days={days} />
    </section>
  );
}
