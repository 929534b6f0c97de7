import { ulPerMin } from './line.ts';
import { slipConductance } from './occlusion.ts';
import type { PumpModel } from './pump-models/pump-model.ts';

/** Fluid runs freely through a set without clamp less easily than out of the line alone. Chosen for the simulation. */
const FREE_FLOW_SHARE = 0.25;

/** What drives the line during one span, and where each part of it goes. Flows in uL/min, conductances in uL/min/mmHg. */
export interface Ways {
  readonly inflow: number;
  readonly vein: number;
  readonly veinMmHg: number;
  readonly bag: number;
  readonly bagMmHg: number;
  /** All that leads out of the line, leak and slip included, and the pressure it leads to. */
  readonly total: number;
  readonly backMmHg: number;
}

/** How things stand at the line. */
export interface Standing {
  /** What the pump moves. */
  readonly rateMlH: number;
  readonly flushMlH: number;
  /** Share of the open way to the vein that is left. */
  readonly opening: number;
  readonly veinMmHg: number;
  readonly freeFlow: boolean;
  /** What the bag's height gives at the pump's inlet. */
  readonly bagMmHg: number;
}

/** Leak and slip go back through the pump, towards the bag's own pressure or the air's: taken as zero. */
export function waysOf(model: PumpModel, standing: Standing): Ways {
  const { rateMlH, flushMlH, opening, veinMmHg, freeFlow, bagMmHg } = standing;
  const { line } = model;
  const open = line.openConductanceUlPerMinPerMmHg.value;
  const vein = open * opening;
  const bag = freeFlow ? open * FREE_FLOW_SHARE : 0;
  const slip = slipConductance(model, rateMlH);
  const total = vein + bag + slip + line.leakUlPerMinPerMmHg.value;
  const inflow = ulPerMin(rateMlH) + slip * bagMmHg + ulPerMin(flushMlH);
  const backMmHg = total > 0 ? (vein * veinMmHg + bag * bagMmHg) / total : veinMmHg;
  return { inflow, vein, veinMmHg, bag, bagMmHg, total, backMmHg };
}
