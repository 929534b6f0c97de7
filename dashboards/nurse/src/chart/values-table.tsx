import { useState } from 'preact/hooks';
import type { Trend } from '../../../../gateway/model/trend.ts';
import { now } from '../state/store.ts';
import { clockTime } from '../text/time.ts';
import { extentText, rateText, tableRows, wholeText } from './summary.ts';
import { type RangeHours, ranges } from './window.ts';

/** The same values as the curves, for those who cannot see them or want the figures. */
export function ValuesTable({ trend, hours }: { trend: Trend; hours: RangeHours }) {
  const [open, setOpen] = useState(false);
  const steps = ranges.find((range) => range.hours === hours)?.tableRows ?? 12;
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
            {tableRows(trend, steps).map((row) => (
              <tr key={row.from}>
                <th scope="row">{clockTime(row.from, now.value)}</th>
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
