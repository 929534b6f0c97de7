import type { Random } from '#kernel/random.ts';
import type { PumpReading } from '#model/reading.ts';
import { volumeToInfuseMl } from './program.ts';
import type { Pump } from './pump.ts';
import { normal } from './seeds.ts';

/** A reading before the hub has numbered and dated it. */
export type Observation = Omit<PumpReading, 'seq' | 'atMs'>;

/**
 * Reads the pump as a hub does: its own counts, and the pressure as its sensor tells it, noise and steps included.
 * A pump that is off tells nothing but that. `random` is the sensor's own.
 */
export function observe(pump: Pump, random: Random): Observation {
  const noise = normal(random) * pump.model.sensorNoiseMmHg.value;
  const display = pump.display();
  if (display.state === 'off') return { state: 'off' };
  const { run, battery } = display;
  const step = pump.model.sensorStepMmHg.value;
  return {
    state: display.state,
    ...(run && {
      infusion: run.infusion,
      drug: run.program.drug,
      programmedRateMlH: round(run.phase.rateMlH, 3),
      infusedMl: round(run.infusedMl, 3),
      remainingMl: round(Math.max(0, volumeToInfuseMl(run.program) - run.infusedMl), 3),
      reservoirMl: round(display.bagMl, 3),
    }),
    rateMlH: round(display.rateMlH, 3),
    pressureMmHg: round(Math.round((pump.line.pressureMmHg + noise) / step) * step, 1),
    pressureLimitMmHg: display.limitMmHg,
    batteryPct: round(battery.pct, 1),
    onMains: battery.onMains,
    alarms: display.alarms.map((code) => ({ code })),
  };
}

const round = (value: number, digits: number): number => {
  const rounded = Number(value.toFixed(digits));
  return rounded === 0 ? 0 : rounded;
};
