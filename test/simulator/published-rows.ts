/** A published figure and how near the simulation has to come: `share` of it, or a span. */
export type Published =
  | { readonly value: number; readonly share: number }
  | { readonly from: number; readonly to: number; readonly typical?: number };

export interface PublishedRow {
  readonly model: string;
  readonly rateMlH: number;
  /** The default of the model when absent. */
  readonly limitMmHg?: number;
  readonly fromMmHg?: number;
  /** Seconds. `never` stands for a span without end: the study saw no alarm. */
  readonly time?: Published;
  readonly bolusMl?: Published;
  readonly pumpedMl?: Published;
  readonly source: string;
}

const TIME = 0.2;
const BOLUS = 0.1;
const hms = (h: number, m: number, s: number): Published => ({ value: h * 3_600 + m * 60 + s, share: TIME });
const minutes = (from: number, to: number, typical?: number): Published => ({
  from: from * 60,
  to: to * 60,
  ...(typical !== undefined && { typical: typical * 60 }),
});
const over = (hours: number): Published => ({ from: hours * 3_600, to: Number.POSITIVE_INFINITY });
const ml = (value: number): Published => ({ value, share: BOLUS });

const IFU = 'B. Braun Infusomat Space IFU 586U p. 72';
const infusomat = (rateMlH: number, limitMmHg: number, time: Published, bolus: number): PublishedRow => ({
  model: 'infusomat-space',
  rateMlH,
  limitMmHg,
  time,
  bolusMl: ml(bolus),
  source: IFU,
});
const insulin = (model: string, unitsPerHour: number, time: Published, source: string): PublishedRow => ({
  model,
  rateMlH: unitsPerHour / 100,
  time,
  source,
});

const MMT = 'MMT-511 manual p. 158';
const WELLION = 'Wellion micro manual';
const ATTD = 'ATTD 2020 abstract';
const TEN_PUMPS = 'doi 10.1177/1932296817750404, ten insulin pumps';

/** Every published occlusion figure that the simulator was made from, and those it was only compared with. */
export const publishedRows: readonly PublishedRow[] = [
  infusomat(0.1, 226, hms(8, 40, 0), 0.0347),
  infusomat(1, 226, hms(0, 9, 7), 0.0347),
  infusomat(100, 226, hms(0, 0, 7), 0.0347),
  { model: 'infusomat-space', rateMlH: 0.1, limitMmHg: 563, time: over(10), source: IFU },
  infusomat(1, 563, hms(0, 25, 53), 0.0987),
  infusomat(100, 563, hms(0, 0, 15), 0.0987),
  { model: 'infusomat-space', rateMlH: 0.1, limitMmHg: 900, time: over(10), source: IFU },
  infusomat(1, 900, hms(0, 46, 50), 0.1787),
  infusomat(100, 900, hms(0, 0, 24), 0.1787),
  {
    model: 'crono-five',
    rateMlH: 0.1,
    time: { value: 5 * 3_600, share: TIME },
    bolusMl: ml(0.4),
    source: 'Cane Crono Five manual p. 87',
  },
  {
    model: 'syringe-50ml',
    rateMlH: 0.5,
    time: minutes(117.3 - 9.4, 117.3 + 9.4, 117.3),
    source: 'Donmez 2005, JMS SP-100/500',
  },
  {
    model: 'syringe-50ml',
    rateMlH: 3,
    time: minutes(18, 22),
    bolusMl: { from: 0.6, to: 0.9 },
    pumpedMl: { from: 0.9, to: 1.1 },
    source: 'Rooke and Bowdle 1994',
  },
  { ...insulin('mmt-511', 90, { value: 25, share: TIME }, `${MMT}, 1.5 U/min`), bolusMl: { from: 0, to: 0.03 } },
  insulin('mmt-511', 1, { value: 75 * 60, share: TIME }, MMT),
  insulin('mmt-511', 0.1, { value: 12.5 * 3_600, share: TIME }, MMT),
  { ...insulin('wellion-micro', 1, minutes(120, 160, 150), WELLION), bolusMl: ml(0.025) },
  insulin('wellion-micro', 1, { value: 150 * 60, share: 0.05 }, WELLION),
  insulin('wellion-micro', 0.025, { from: 95 * 3_600, to: 105 * 3_600, typical: 100 * 3_600 }, WELLION),
  insulin('accu-chek-solo', 1, hms(2, 57, 0), ATTD),
  insulin('accu-chek-solo', 0.1, hms(35, 11, 0), ATTD),
  insulin('a6-touchcare', 1, hms(7, 26, 0), ATTD),
  insulin('a6-touchcare', 0.1, over(24), ATTD),
  ...['mmt-511', 'wellion-micro', 'accu-chek-solo'].map((model) =>
    insulin(model, 1, { from: 0, to: 5 * 3_600 }, TEN_PUMPS),
  ),
  ...['mmt-511', 'wellion-micro', 'accu-chek-solo', 'a6-touchcare'].map((model) =>
    insulin(model, 0.1, over(4), TEN_PUMPS),
  ),
  { model: 'deka-pump', rateMlH: 0.01, pumpedMl: ml(0.01), source: 'DEKA manual p. 13, 10 uL at any rate' },
  { model: 'deka-pump', rateMlH: 0.9, pumpedMl: ml(0.01), source: 'DEKA manual p. 13, 10 uL at any rate' },
  { model: 'medfusion-4000', rateMlH: 5, limitMmHg: 600, bolusMl: { from: 0, to: 0.3 }, source: 'Medfusion 4000' },
  {
    model: 'worked-example',
    rateMlH: 12,
    fromMmHg: 15 * 7.5006,
    time: { value: 218, share: 0.01 },
    source: 'atlasofengineering.com, 15 to 85 kPa',
  },
];
