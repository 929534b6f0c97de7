import { useState } from 'preact/hooks';
import type { DayView } from '../../../../gateway/model/day-view.ts';
import { api, gatewayNow } from '../api/client.ts';
import { words } from '../text/language.ts';
import { clockTime, dateWord, monthWord, span } from '../text/time.ts';
import { PatientPage } from './patient-page.tsx';
import type { NamedPatient } from './patient-picker.tsx';
import { useAnswer } from './use-answer.ts';

/** The local date of the patient, YYYY-MM-DD. */
const localDate = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

const lastOfMonth = (month: string): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return `${month}-${String(new Date(Date.UTC(year, number, 0)).getUTCDate()).padStart(2, '0')}`;
};

const monthBeside = (month: string, step: 1 | -1): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + step, 1)).toISOString().slice(0, 7);
};

const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`;

/** How a disposition looks: decided for a line, covered without one, held, or nothing. */
const kindOf = (disposition: string): 'line' | 'covered' | 'held' | 'none' => {
  if (disposition === 'PAYABLE_VISIT') return 'line';
  if (disposition === 'COVERED_BUNDLED_NO_LINE') return 'covered';
  return disposition.startsWith('HOLD') ? 'held' : 'none';
};

function DayCard({ day, zone }: { day: DayView; zone: string }) {
  const t = words.value.benefit;
  return (
    <article class="card padded day" aria-labelledby="day-title">
      <h2 id="day-title">{dateWord(day.date)}</h2>
      <p class="day-decision" data-kind={kindOf(day.disposition)}>
        {t.dispositions[day.disposition] ?? day.disposition}
        {day.code !== null && ` · ${day.code}`}
        {day.units !== null && ` · ${t.units(day.units)}`}
        {day.amountCents !== null && ` · ${dollars(day.amountCents)}`}
      </p>
      <p lang="en">{day.sentence}</p>
      {day.provisional && <p class="quiet">{t.provisional}</p>}
      <details class="values">
        <summary>{t.reasons}</summary>
        <ul class="reasons">
          {day.reasons.map((reason) => (
            <li key={reason.test} data-passed={reason.passed}>
              <strong>
                {reason.test} {reason.passed ? t.passed : t.failed}
              </strong>{' '}
              <span lang="en">{reason.text}</span> <span class="quiet">{reason.citation}</span>
            </li>
          ))}
        </ul>
      </details>
      <h3>{t.evidence}</h3>
      <ul class="evidence">
        {day.visits.map((visit) => (
          <li key={visit.id}>
            {t.visit(visit.performer, clockTime(visit.from, visit.from, zone))} · {visit.signed ? t.signed : t.unsigned}
          </li>
        ))}
        {day.deliveries.map((delivery) => (
          <li key={`${delivery.pump} ${delivery.from}`}>
            {t.delivery(delivery.jcode, delivery.volumeMl, delivery.pump, span(delivery.to - delivery.from))}
          </li>
        ))}
        {day.visits.length === 0 && day.deliveries.length === 0 && <li>{t.noEvidence}</li>}
      </ul>
      {day.ledger !== null && <p class="quiet">{t.ledger(day.ledger.position, day.ledger.rulePack)}</p>}
    </article>
  );
}

function Calendar(props: {
  month: string;
  days: readonly DayView[];
  chosen: string | null;
  choose: (date: string) => void;
}) {
  const { month, days, chosen, choose } = props;
  const t = words.value.benefit;
  const byDate = new Map(days.map((day) => [day.date, day]));
  const count = Number(lastOfMonth(month).slice(8));
  const blank = (new Date(`${month}-01T00:00:00Z`).getUTCDay() + 6) % 7;
  return (
    <ol class="calendar">
      {Array.from({ length: count }, (_, index) => {
        const date = `${month}-${String(index + 1).padStart(2, '0')}`;
        const day = byDate.get(date);
        return (
          <li key={date} {...(index === 0 ? { 'data-start': blank + 1 } : {})}>
            {day === undefined ? (
              <span class="day-cell empty">{index + 1}</span>
            ) : (
              <button
                type="button"
                class="day-cell"
                data-kind={kindOf(day.disposition)}
                aria-pressed={chosen === date}
                aria-label={`${dateWord(date)}: ${t.dispositions[day.disposition] ?? day.disposition}`}
                onClick={() => choose(date)}
              >
                {index + 1}
                <span class="day-mark">{t.marks[kindOf(day.disposition)]}</span>
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Months({ patient }: { patient: NamedPatient }) {
  const [month, setMonth] = useState(localDate(gatewayNow(), patient.zone).slice(0, 7));
  const [chosen, setChosen] = useState<string | null>(null);
  const t = words.value.benefit;
  const [loaded] = useAnswer(`${patient.id} ${month}`, () => api.daysOf(patient.id, `${month}-01`, lastOfMonth(month)));
  const days = loaded.kind === 'known' ? loaded.body.days : [];
  const day = days.find(({ date }) => date === chosen) ?? days.at(-1);
  return (
    <div class="benefit">
      <section class="card padded" aria-label={t.calendar}>
        <div class="month-head">
          <button class="button" type="button" aria-label={t.before} onClick={() => setMonth(monthBeside(month, -1))}>
            ‹
          </button>
          <h2>{monthWord(month)}</h2>
          <button class="button" type="button" aria-label={t.after} onClick={() => setMonth(monthBeside(month, 1))}>
            ›
          </button>
        </div>
        <Calendar month={month} days={days} chosen={day?.date ?? null} choose={setChosen} />
        <ul class="calendar-legend">
          {(['line', 'covered', 'held', 'none'] as const).map((kind) => (
            <li key={kind}>
              <span class="day-mark" data-kind={kind}>
                {t.marks[kind]}
              </span>
              {t.legend[kind]}
            </li>
          ))}
        </ul>
      </section>
      {loaded.kind === 'failed' && <p class="nothing">{loaded.why}</p>}
      {loaded.kind === 'known' && day === undefined && <p class="nothing">{t.nothing}</p>}
      {day !== undefined && <DayCard day={day} zone={patient.zone} />}
    </div>
  );
}

/** Which day of the benefit is payable, and why or why not. */
export function BenefitPage({ id }: { id: string | null }) {
  const t = words.value.benefit;
  return (
    <PatientPage
      page="benefit"
      id={id}
      title={t.title}
      intro={t.intro}
      show={(patient) => <Months key={patient.id} patient={patient} />}
    />
  );
}
