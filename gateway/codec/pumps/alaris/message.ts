import { decimalOf } from '../ascii.ts';
import type { AlarisFrame } from './frame.ts';

/** The answer to INF, in the order of its fields. */
export interface AlarisInfusion {
  readonly says: 'infusion';
  readonly serial: string;
  /** The pump says that an alarm is active; ALARM tells which. */
  readonly alarming: boolean;
  /** `SET`, `HLD` … */
  readonly mode: string;
  readonly rateMlH?: number;
  readonly drug?: string;
  readonly infusedMl?: number;
  readonly pressureMmHg?: number;
  /** `24+` is more than 24 h. */
  readonly remainingS?: number;
}

/** Second stage: what the fields of an answer say. */
export type AlarisMessage =
  | AlarisInfusion
  | { readonly says: 'alarm'; readonly code: string; readonly active: boolean }
  | { readonly says: 'rate'; readonly rateMlH: number }
  | { readonly says: 'volume-infused'; readonly infusedMl: number }
  | { readonly says: 'volume-to-infuse'; readonly active: boolean; readonly volumeMl?: number; readonly atEnd?: string }
  | { readonly says: 'serial'; readonly serial: string }
  | { readonly says: 'protocol'; readonly protocol: string }
  | { readonly says: 'syringe'; readonly type: string; readonly sizeMl?: number; readonly confirmed: boolean };

/** What of the answer to INF comes where. */
const INF_FIELDS = 13;
const mmHgPer: Readonly<Record<string, number>> = { MMHG: 1, KPA: 7.500_6, PSI: 51.715, BAR: 750.06, CMH2O: 0.735_56 };

/** Undefined for a question and for answers that say nothing known. */
export function alarisMessageOf({ command, fields }: AlarisFrame): AlarisMessage | undefined {
  if (fields.length === 0) return undefined;
  const [first = '', second = '', third = ''] = fields;
  switch (command) {
    case 'INF':
      return fields.length >= INF_FIELDS ? infusionOf(fields) : undefined;
    case 'ALARM': {
      const code = first.trim().replace(' ', '_');
      return /^AL_[A-Z0-9]+$/.test(code) ? { says: 'alarm', code, active: code !== 'AL_NOALM' } : undefined;
    }
    case 'INF_RATE': {
      const rateMlH = rateOf(first, second);
      return rateMlH === undefined ? undefined : { says: 'rate', rateMlH };
    }
    case 'INF_VI': {
      const infusedMl = volumeOf(first, second);
      return infusedMl === undefined ? undefined : { says: 'volume-infused', infusedMl };
    }
    case 'INF_VTBI': {
      const volumeMl = volumeOf(second, third);
      const active = /^ACTIV/.test(first);
      const atEnd = fields[3]?.trim();
      return { says: 'volume-to-infuse', active, ...(volumeMl !== undefined && { volumeMl }), ...(atEnd && { atEnd }) };
    }
    case 'INST_SERIALNO':
      return { says: 'serial', serial: first };
    case 'COMMS_PROTOCOL':
      return { says: 'protocol', protocol: first };
    case 'SYRINGE_STATUS': {
      const sizeMl = decimalOf(second);
      return {
        says: 'syringe',
        type: first,
        ...(sizeMl !== undefined && { sizeMl }),
        confirmed: third.trim() === 'CONF',
      };
    }
    default:
      return undefined;
  }
}

function infusionOf(fields: readonly string[]): AlarisInfusion {
  const [serial = '', alarm = '', mode = '', rate, rateUnit, drug = '', infused, infusedUnit, pressure, unit, left] =
    fields;
  const rateMlH = rateOf(rate, rateUnit);
  const infusedMl = volumeOf(infused, infusedUnit);
  const factor = mmHgPer[unit?.trim().toUpperCase() ?? ''];
  const pressureValue = decimalOf(pressure);
  const remainingS = secondsOf(left?.trim() ?? '');
  return {
    says: 'infusion',
    serial,
    alarming: alarm.trim() !== '-' && alarm.trim() !== '',
    mode: mode.trim(),
    ...(rateMlH !== undefined && { rateMlH }),
    ...(drug.trim() !== '' && { drug: drug.trim() }),
    ...(infusedMl !== undefined && { infusedMl }),
    ...(factor !== undefined && pressureValue !== undefined && { pressureMmHg: tidy(pressureValue * factor) }),
    ...(remainingS !== undefined && { remainingS }),
  };
}

const rateOf = (value: string | undefined, unit: string | undefined): number | undefined =>
  unit?.trim().toLowerCase() === 'ml/h' ? decimalOf(value) : undefined;

const volumeOf = (value: string | undefined, unit: string | undefined): number | undefined =>
  unit?.trim().toLowerCase() === 'ml' ? decimalOf(value) : undefined;

function secondsOf(text: string): number | undefined {
  const [, h, m, s] = /^(\d\d):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  return s === undefined ? undefined : Number(h) * 3_600 + Number(m) * 60 + Number(s);
}

const tidy = (value: number): number => Math.round(value * 100) / 100;
