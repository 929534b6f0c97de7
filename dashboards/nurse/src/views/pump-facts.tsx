import type { WirePump } from '../api/wire.ts';
import { rateText, wholeText } from '../chart/summary.ts';
import { words } from '../text/language.ts';

/** A figure that was not measured is a dash for the eye and words for the ear, never a zero. */
export function Figure({ value, unit }: { value: string | null; unit: string }) {
  if (value === null) {
    return (
      <span class="figure none">
        <span aria-hidden="true">–</span>
        <span class="sr-only">{words.value.figures.notMeasured}</span>
      </span>
    );
  }
  return (
    <span class="figure">
      {value} <span class="unit">{unit}</span>
    </span>
  );
}

const textOf = (value: number | undefined, text: (value: number) => string): string | null =>
  value === undefined ? null : text(value);

/** Share of the pump's own alarm limit, as a bar and a number. */
export function PressureShare({ pump }: { pump: WirePump }) {
  const { pressure_mmhg: pressure, pressure_limit_mmhg: limit } = pump.latest;
  if (pressure === undefined) return <Figure value={null} unit="mmHg" />;
  if (limit === undefined || limit <= 0) return <Figure value={wholeText(pressure)} unit="mmHg" />;
  const share = Math.max(0, pressure / limit);
  return (
    <span class="share">
      <svg class="share-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="share-track" width="100" height="6" />
        <rect class="share-fill" width={Math.min(100, share * 100)} height="6" />
      </svg>
      <Figure value={wholeText(share * 100)} unit={words.value.figures.ofLimit} />
    </span>
  );
}

export function Rate({ pump }: { pump: WirePump }) {
  const { rate_ml_h: rate, programmed_rate_ml_h: programmed } = pump.latest;
  const shown = textOf(rate, rateText);
  if (shown === null || programmed === undefined) return <Figure value={shown} unit="mL/h" />;
  return (
    <span class="figure">
      {shown} <span class="unit">{words.value.figures.ofRate(rateText(programmed))}</span>
    </span>
  );
}

export function Battery({ pump }: { pump: WirePump }) {
  const { battery_pct: level, on_mains: mains } = pump.latest;
  return <Figure value={textOf(level, wholeText)} unit={mains === true ? words.value.figures.mains : '%'} />;
}

export function Reservoir({ pump }: { pump: WirePump }) {
  return <Figure value={textOf(pump.latest.reservoir_ml, rateText)} unit="mL" />;
}
