import { decimalOf } from '../ascii.ts';
import type { Ne1000Frame } from './frame.ts';

/** Second stage: what the data of a reply says. Rates and volumes in one unit. */
export type Ne1000Message =
  | { readonly says: 'rate'; readonly rateMlH: number }
  | { readonly says: 'volume'; readonly volumeMl: number }
  | { readonly says: 'dispensed'; readonly infusedMl: number; readonly withdrawnMl: number }
  | { readonly says: 'version'; readonly model: string; readonly firmware: string }
  | { readonly says: 'direction'; readonly direction: 'infuse' | 'withdraw' | 'reverse' }
  | { readonly says: 'number'; readonly value: number };

const number = String.raw`(\d*\.?\d*)`;
const rate = new RegExp(`^${number}(MM|MH|UM|UH)$`);
const volume = new RegExp(`^${number}(ML|UL)$`);
const dispensed = new RegExp(`^I${number}W${number}(ML|UL)$`);
const version = /^(NE\d+(?:X\d?)?)V(\d+\.\d+)$/;
const directions = { INF: 'infuse', WDR: 'withdraw', REV: 'reverse' } as const;

const MINUTES = 60;
const UL_PER_ML = 1_000;

/** Undefined when there is no data, or it says nothing known. */
export function ne1000MessageOf(frame: Ne1000Frame): Ne1000Message | undefined {
  if (frame.kind !== 'reply' || frame.data === undefined) return undefined;
  return numbered(frame.data) ?? named(frame.data);
}

function numbered(data: string): Ne1000Message | undefined {
  const [, rateText, rateUnit = ''] = rate.exec(data) ?? [];
  const rateValue = decimalOf(rateText);
  if (rateValue !== undefined) {
    const perHour = rateUnit.endsWith('H') ? rateValue : rateValue * MINUTES;
    return { says: 'rate', rateMlH: tidy(rateUnit.startsWith('U') ? perHour / UL_PER_ML : perHour) };
  }
  const [, volumeText, volumeUnit = ''] = volume.exec(data) ?? [];
  const volumeValue = decimalOf(volumeText);
  if (volumeValue !== undefined) return { says: 'volume', volumeMl: inMl(volumeValue, volumeUnit) };
  const [, infusedText, withdrawnText, unit = ''] = dispensed.exec(data) ?? [];
  const [infused, withdrawn] = [decimalOf(infusedText), decimalOf(withdrawnText)];
  if (infused !== undefined && withdrawn !== undefined) {
    return { says: 'dispensed', infusedMl: inMl(infused, unit), withdrawnMl: inMl(withdrawn, unit) };
  }
  const value = decimalOf(data);
  return value === undefined ? undefined : { says: 'number', value };
}

function named(data: string): Ne1000Message | undefined {
  const [, model, firmware] = version.exec(data) ?? [];
  if (model !== undefined && firmware !== undefined) return { says: 'version', model, firmware };
  const direction = Object.entries(directions).find(([letters]) => letters === data)?.[1];
  return direction && { says: 'direction', direction };
}

const inMl = (value: number, unit: string): number => (unit === 'UL' ? tidy(value / UL_PER_ML) : value);

/** A change of unit must not put 0.30000000000000004 into a record. */
const tidy = (value: number): number => Number(value.toPrecision(12));
