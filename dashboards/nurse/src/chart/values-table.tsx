import { useState } from 'preact/hooks';
import type { Trend } from '../../../../gateway/model/trend.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, clockTimeSeconds } from '../text/time.ts';
import { extentText, rateText, tableRows, tableStepMs, wholeText } from './summary.ts';

/** The same values as the curves, for those who cannot see them or want the figures. */
export function ValuesTable({ trend }: { trend: Trend }) {
  const [open, setOpen] = useState(false);
  const stepMs = tableStepMs(trend);
  const t = words.value.chart;
  const time = (at: number) => (stepMs < 60_000 ? clockTimeSeconds(at) : clockTime(at, now.value));
  return (
    <details class="values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.table}</summary>
      {open && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t.from}</th>
              <th scope="col">{t.rateColumn}</th>
              <th scope="col">{t.programmedColumn}</th>
              <th scope="col">{t.pressureColumn}</th>
            </tr>
          </thead>
          <tbody>
            {tableRows(trend, stepMs).map((row) => (
              <tr key={row.from}>
                <th scope="row">{time(row.from)}</th>
                {row.readings === 0 ? (
                  <td colSpan={3} class="none">
                    {t.gap}
                  </td>
                ) : (
                  <>
                    <td>{extentText(row.rate, rateText, '–')}</td>
                    <td>{extentText(row.programmed, rateText, '–')}</td>
                    <td>{extentText(row.pressure, wholeText, '–')}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
