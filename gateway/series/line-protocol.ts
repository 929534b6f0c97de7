import type { AlarmPriority } from '#model/alarms.ts';
import type { AlertEvent } from '#model/alert.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';
import type { MinuteRollup } from '#model/rollup.ts';
import { type TrendColumn, trendColumns } from '#model/trend.ts';
import { fieldString, floatField, nanoTime, subMillisecond, tag } from './line-text.ts';
import type { OcclusionEstimate } from './occlusion-series.ts';

/** The measurements the gateway writes. Design contract §5. */
export const measurements = {
  reading: 'pump_reading',
  occlusion: 'pump_occlusion',
  minute: 'pump_minute',
  alarm: 'pump_alarm',
  alert: 'alert',
} as const;

/** What gives a point of a reading its time: the instant, and what keeps two readings of one millisecond apart. */
export interface ReadingInstant {
  readonly boot: string;
  readonly seq: number;
  readonly atMs: number;
}

/** One alarm of one pump going on or off. */
export interface AlarmChange {
  readonly hub: string;
  readonly pump: string;
  /** A code of the alarm table, or a vendor's own `x-…`. */
  readonly code: string;
  readonly priority: AlarmPriority;
  readonly active: boolean;
  /** The reading that told of it. */
  readonly instant: ReadingInstant;
}

/**
 * The line of one reading, without a line break at its end. A field has the same type in every line: `seq` integer,
 * measured values floats, `on_mains` boolean, the rest strings. What was not measured is left out. `model` is left out
 * while no status has named it.
 */
export function readingLine(entry: Pick<ReadingEntry, 'hub' | 'pump' | 'boot' | 'reading'>, model?: string): string {
  const { reading, boot } = entry;
  return (
    `${measurements.reading}${tag('hub', entry.hub)}${tag('model', model)}${tag('pump', entry.pump)}` +
    ` seq=${reading.seq}i,boot=${fieldString(boot)},state="${reading.state}"` +
    stringField('infusion', reading.infusion) +
    stringField('drug', reading.drug) +
    floatField('rate_ml_h', reading.rateMlH) +
    floatField('programmed_rate_ml_h', reading.programmedRateMlH) +
    floatField('infused_ml', reading.infusedMl) +
    floatField('remaining_ml', reading.remainingMl) +
    floatField('reservoir_ml', reading.reservoirMl) +
    floatField('pressure_mmhg', reading.pressureMmHg) +
    floatField('pressure_limit_mmhg', reading.pressureLimitMmHg) +
    floatField('battery_pct', reading.batteryPct) +
    (reading.onMains === undefined ? '' : `,on_mains=${reading.onMains}`) +
    ` ${timeOf({ boot, seq: reading.seq, atMs: reading.atMs })}`
  );
}

/** The line of what a reading says about a block of its line; same tags and time as the reading's own point. */
export function occlusionLine(
  entry: Pick<ReadingEntry, 'hub' | 'pump' | 'boot' | 'reading'>,
  estimate: OcclusionEstimate,
  model?: string,
): string {
  const { reading, boot } = entry;
  return (
    `${measurements.occlusion}${tag('hub', entry.hub)}${tag('model', model)}${tag('pump', entry.pump)}` +
    ` pressure_share=${estimate.pressureShare}` +
    floatField('slope_mmhg_per_ml', estimate.slopeMmHgPerMl) +
    floatField('compliance_ul_mmhg', estimate.complianceUlMmHg) +
    floatField('seconds_to_limit', estimate.secondsToLimit) +
    ` ${timeOf({ boot, seq: reading.seq, atMs: reading.atMs })}`
  );
}

/** Field of `pump_reading` behind each column of a trend, and the begin of the names of its fields in `pump_minute`. */
export const fieldOfColumn = {
  rateMlH: 'rate_ml_h',
  programmedRateMlH: 'programmed_rate_ml_h',
  pressureMmHg: 'pressure_mmhg',
  pressureLimitMmHg: 'pressure_limit_mmhg',
  reservoirMl: 'reservoir_ml',
} as const satisfies Record<TrendColumn, string>;

/**
 * The line of one minute of a pump; written again it takes the place of the former. Of each column the least, the mean and
 * the greatest; the sum and how many measured it (`_n`), so that minutes can be added up exactly. It has no tag that may
 * change within a minute.
 */
export function minuteLine({ pump, minuteMs, count, columns }: MinuteRollup): string {
  let line = `${measurements.minute}${tag('pump', pump)} readings=${count}i`;
  for (const column of trendColumns) {
    const figures = columns[column];
    if (!figures) continue;
    const name = fieldOfColumn[column];
    line += `,${name}_min=${figures.min},${name}_mean=${figures.sum / figures.measured},${name}_max=${figures.max}`;
    line += `,${name}_sum=${figures.sum},${name}_n=${figures.measured}i`;
  }
  return `${line} ${nanoTime(minuteMs, 0)}`;
}

/** The line of one alarm change: `active` is 1 when the alarm came on, 0 when it went. */
export function alarmLine(change: AlarmChange): string {
  return (
    `${measurements.alarm}${tag('code', change.code)}${tag('hub', change.hub)}` +
    `${tag('priority', change.priority)}${tag('pump', change.pump)}` +
    ` active=${change.active ? 1 : 0}i ${timeOf(change.instant)}`
  );
}

/**
 * The line of one row of the alert log; `position` is its place there and keeps rows of one millisecond apart. An alert
 * about a hub has no `pump` tag. Who acted and what they noted stay out: they could name a person.
 */
export function alertLine(position: number, event: AlertEvent): string {
  const { after } = event;
  return (
    `${measurements.alert}${tag('code', after.code)}${tag('event', event.kind)}` +
    `${tag('priority', after.priority)}${tag('pump', after.pump)}` +
    ` alert=${fieldString(event.alert)},count=${after.count}i,hub=${fieldString(after.hub ?? '')},version=${after.version}i` +
    ` ${nanoTime(event.at, position % 1_000_000)}`
  );
}

/** Nanoseconds since 1970, decimal. `Math.floor` of it in ms is the reading's own `atMs`. */
export function timeOf(instant: ReadingInstant): string {
  return nanoTime(instant.atMs, subMillisecond(instant.boot, instant.seq));
}

const stringField = (key: string, text: string | undefined): string =>
  text === undefined ? '' : `,${key}=${fieldString(text)}`;
