import { ambulatoryCassette } from './ambulatory-cassette.ts';
import { cronoFive } from './crono-five.ts';
import { infusomatSpace } from './infusomat-space.ts';
import type { PumpModel } from './pump-model.ts';
import { syringe50Ml } from './syringe-50ml.ts';

/** Every pump model of the simulator. A new model is one file of figures and one row here. */
export const pumpModels: readonly PumpModel[] = [infusomatSpace, ambulatoryCassette, syringe50Ml, cronoFive];

/** @throws Error that lists the known models when there is none of that name. */
export function pumpModel(id: string): PumpModel {
  const model = pumpModels.find((each) => each.id === id);
  if (model) return model;
  throw new Error(`There is no pump model '${id}'. Known: ${pumpModels.map((each) => each.id).join(', ')}.`);
}
