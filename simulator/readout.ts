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
  // Drawn for a silent pump too: what others read then does not depend on it.
  const noise = normal(random) * pump.model.sensorNoiseMmHg.value;
  const display = pump.display();
  if (display.state === 'off') return { state: 'off' };
  const { run, battery, state } = display;
  const step = pump.model.sensorStepMmHg.value;
  const rateMlH = round(display.rateMlH, 3);
  const pressureMmHg = round(Math.round((sensedMmHg(pump, display.rateMlH) + noise) / step) * step, 1);
  const pressureLimitMmHg = display.limitMmHg;
  const batteryPct = round(battery.pct, 1);
  const { onMains } = battery;
  const alarms = display.alarms.length === 0 ? NO_ALARMS : display.alarms.map((code) => ({ code }));
  if (!run) return { state, rateMlH, pressureMmHg, pressureLimitMmHg, batteryPct, onMains, alarms };
  return {
    state,
    infusion: run.infusion,
    drug: run.program.drug,
    programmedRateMlH: round(run.phase.rateMlH, 3),
    infusedMl: round(run.infusedMl, 3),
    remainingMl: round(Math.max(0, volumeToInfuseMl(run.program) - run.infusedMl), 3),
    reservoirMl: round(display.bagMl, 3),
    rateMlH,
    pressureMmHg,
    pressureLimitMmHg,
    batteryPct,
    onMains,
    alarms,
  };
}

const NO_ALARMS: NonNullable<Observation['alarms']> = [];

/** The line's pressure, and what friction, strokes, drops and a sticking plunger add where the sensor sits. */
function sensedMmHg({ model, line }: Pump, rateMlH: number): number {
  let sensed = line.pressureMmHg;
  if (rateMlH <= 0) return sensed;
  sensed += (model.line.frictionMmHgPerMlH?.value ?? 0) * rateMlH;
  for (const { shape, mmHg, everyUl } of model.ripples ?? []) {
    const turn = ((line.pumpedMl * 1_000) / everyUl.value) % 1;
    sensed += mmHg.value * (shape === 'sine' ? Math.sin(2 * Math.PI * turn) : 2 * turn - 1);
  }
  return sensed;
}

/** Faster than by way of text, which counts when a thousand pumps are read; no figure here is large. */
function round(value: number, digits: 1 | 3): number {
  const factor = digits === 1 ? 10 : 1_000;
  const rounded = Math.round(value * factor) / factor;
  return rounded === 0 ? 0 : rounded;
}
