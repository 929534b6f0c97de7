import { a6TouchCare } from './a6-touchcare.ts';
import { accuChekSolo } from './accu-chek-solo.ts';
import { alaris8000 } from './alaris-8000.ts';
import { ambulatoryCassette } from './ambulatory-cassette.ts';
import { cronoFive } from './crono-five.ts';
import { dekaPump } from './deka-pump.ts';
import { immunoglobulin } from './immunoglobulin.ts';
import { infusomatSpace } from './infusomat-space.ts';
import { medfusion4000 } from './medfusion-4000.ts';
import { mmt511 } from './mmt-511.ts';
import type { PumpModel } from './pump-model.ts';
import { syringe50Ml } from './syringe-50ml.ts';
import { wellionMicro } from './wellion-micro.ts';
import { workedExample } from './worked-example.ts';

/** Every pump model of the simulator. A new model is one file of figures and one row here. */
export const pumpModels: readonly PumpModel[] = [
  infusomatSpace,
  alaris8000,
  ambulatoryCassette,
  immunoglobulin,
  syringe50Ml,
  medfusion4000,
  cronoFive,
  mmt511,
  wellionMicro,
  accuChekSolo,
  a6TouchCare,
  dekaPump,
  workedExample,
];

/** @throws Error that lists the known models when there is none of that name. */
export function pumpModel(id: string): PumpModel {
  const model = pumpModels.find((each) => each.id === id);
  if (model) return model;
  throw new Error(`There is no pump model '${id}'. Known: ${pumpModels.map((each) => each.id).join(', ')}.`);
}
