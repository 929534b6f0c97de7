import { useState } from 'preact/hooks';
import type { Trend } from '../../../../gateway/model/trend.ts';
import { now } from '../state/store.ts';
import { clockTime, clockTimeSeconds } from '../text/time.ts';
import { extentText, rateText, tableRows, tableStepMs, wholeText } from './summary.ts';

/** The same values as the curves, for those who cannot see them or want the figures. */
export function ValuesTable({ trend }: { trend: Trend }) {
  const [open, setOpen] = useState(false);
  const stepMs = tableStepMs(trend);
  const time = (at: number) => (stepMs < 60_000 ? clockTimeSeconds(at) : clockTime(at, now.value));
  return (
    <details class="values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Values as a table</summary>
      {open && (
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Rate, mL/h</th>
              <th scope="col">Programmed</th>
              <th scope="col">Pressure, mmHg</th>
            </tr>
          </thead>
          <tbody>
            {tableRows(trend, stepMs).map((row) => (
              <tr key={row.from}>
                <th scope="row">{time(row.from)}</th>
                {row.readings === 0 ? (
                  <td colSpan={3} class="none">
                    no data
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
