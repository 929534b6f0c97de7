import { useEffect, useRef, useState } from 'preact/hooks';
import { orderedBand, type PatientFacts } from '../state/patient.ts';
import { fleet, now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, clockTimeSeconds, span } from '../text/time.ts';
import { type AlarmMark, createPlots, type PlotPair } from './plot.ts';
import { type ChartData, chartData } from './series.ts';
import { rateText, trendSummary, wholeText } from './summary.ts';
import { useClosedAlerts, useTrend } from './use-trend.ts';
import { ValuesTable } from './values-table.tsx';
import { type RangeMinutes, ranges, type Subject } from './window.ts';

const shown = (value: number | null | undefined, text: (value: number) => string): string =>
  value === null || value === undefined ? '–' : text(value);

/** The figures under the cursor, or the newest ones. */
function readoutOf(
  data: ChartData,
  bucketMs: number,
  index: number | null,
): { at: string; rate: string; pressure: string } | null {
  const i = index ?? data.rateMean.findLastIndex((value) => value !== null);
  const at = data.at[i];
  if (at === undefined) return null;
  const { of } = words.value.chart;
  return {
    at: bucketMs < 60_000 ? clockTimeSeconds(at) : clockTime(at, now.peek()),
    rate: `${shown(data.rateMean[i], rateText)} ${of} ${shown(data.programmed[i], rateText)} mL/h`,
    pressure: `${shown(data.pressureMean[i], wholeText)} ${of} ${shown(data.limit[i], wholeText)} mmHg`,
  };
}

/** Rate and pressure of a pump over time, as curves, as a sentence and as a table. */
export function ChartPanel(props: { title: string; pump: string; subject: Subject; patient?: PatientFacts | null }) {
  const { pump, subject, patient = null } = props;
  const ordered = patient === null ? null : orderedBand(patient.orders);
  const visits = patient?.visits ?? [];
  const [chosen, setChosen] = useState<RangeMinutes | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const [dark, setDark] = useState(false);
  const { answer, failed } = useTrend(pump, chosen, subject);
  const closed = useClosedAlerts(pump);
  const rate = useRef<HTMLDivElement>(null);
  const pressure = useRef<HTMLDivElement>(null);
  const plots = useRef<PlotPair | null>(null);

  const known = [...closed, ...fleet.value.alerts.values()].filter((alert) => alert.pump === pump);
  const marks: AlarmMark[] = [...new Map(known.map((alert) => [alert.id, alert])).values()].map(
    ({ since, priority }) => ({ at: since, priority }),
  );
  const marksKey = marks.map((mark) => mark.at).join();
  const data = answer === null ? null : chartData(answer.trend);

  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => setDark(scheme.matches);
    changed();
    scheme.addEventListener('change', changed);
    return () => scheme.removeEventListener('change', changed);
  }, []);

  // The canvas holds its colours: another colour scheme needs another plot.
  useEffect(
    () => () => {
      plots.current?.destroy();
      plots.current = null;
    },
    [dark],
  );

  useEffect(() => {
    if (answer === null || data === null || rate.current === null || pressure.current === null) return;
    const input = { from: answer.trend.from, to: answer.trend.to, data, marks, visits, ordered };
    if (plots.current !== null) plots.current.show(input);
    else plots.current = createPlots({ rate: rate.current, pressure: pressure.current }, input, setCursor);
  }, [answer, marksKey, dark, visits.join(), ordered?.low, ordered?.high]);

  const shownMinutes = chosen ?? answer?.minutes;
  const readout = answer === null || data === null ? null : readoutOf(data, answer.trend.bucketMs, cursor);
  const t = words.value;
  const summary = answer === null ? null : trendSummary(answer.trend, now.value);
  return (
    <div class="chart">
      <div class="chart-head">
        <h3>{props.title}</h3>
        <fieldset class="segments">
          <legend class="sr-only">{t.chart.shown}</legend>
          {ranges.map((range) => (
            <button
              key={range.minutes}
              type="button"
              aria-pressed={shownMinutes === range.minutes}
              onClick={() => setChosen(range.minutes)}
            >
              {range.label}
            </button>
          ))}
        </fieldset>
      </div>
      <figure aria-label={t.chart.label(pump)} aria-busy={answer === null || answer.minutes !== shownMinutes}>
        <p class="readout">
          <span class="key key-rate">{t.figures.rate}</span> {readout?.rate ?? ''}
          <span class="readout-time">{readout?.at ?? ''}</span>
        </p>
        <div ref={rate} class="plot" data-sync={`trend ${pump}`} data-testid="plot-rate" aria-hidden="true" />
        <p class="readout">
          <span class="key key-pressure">{t.figures.pressure}</span> {readout?.pressure ?? ''}
        </p>
        <div ref={pressure} class="plot" data-sync={`trend ${pump}`} data-testid="plot-pressure" aria-hidden="true" />
        <ul class="legend" aria-hidden="true">
          <li class="legend-reference">{t.chart.reference}</li>
          {ordered !== null && <li class="legend-ordered">{t.chart.ordered}</li>}
          <li class="legend-band">{t.chart.band}</li>
          <li class="legend-gap">{t.chart.gap}</li>
        </ul>
        <figcaption>
          {failed ?? summary ?? t.chart.asking}
          {answer !== null && answer.shiftedMs !== 0 && (
            <> {t.chart.skewed(span(Math.abs(answer.shiftedMs)), answer.shiftedMs > 0)}</>
          )}
        </figcaption>
      </figure>
      {answer !== null && <ValuesTable trend={answer.trend} />}
    </div>
  );
}
