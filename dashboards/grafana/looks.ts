import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  MappingType,
  type Threshold,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type AlarmPriority, alarmKinds } from '#model/alarms.ts';
import type { PumpState } from '#model/reading.ts';

/** Units as Grafana names them. It knows neither mL/h nor mmHg; `suffix:` writes what follows behind the value. */
export const units = {
  rate: 'suffix: mL/h',
  volume: 'suffix: mL',
  pressure: 'suffix: mmHg',
  slope: 'suffix: mmHg/mL',
  compliance: 'suffix: µL/mmHg',
  percent: 'percent',
  share: 'percentunit',
  seconds: 's',
  bytes: 'bytes',
  perSecond: 'cps',
  count: 'none',
  text: 'string',
} as const;

/** Colours mean the same on every panel. */
export const colours = {
  good: 'green',
  notice: 'yellow',
  warning: 'orange',
  danger: 'red',
  unknown: 'text',
  quiet: 'semi-dark-blue',
} as const;

export const priorityColours: Readonly<Record<AlarmPriority, string>> = {
  high: colours.danger,
  medium: colours.warning,
  low: colours.notice,
  technical: colours.quiet,
};

/** Colour from each value up; the first holds below all. */
export function steps(
  first: string,
  ...rest: readonly (readonly [from: number, colour: string])[]
): Builder<ThresholdsConfig> {
  const all: Threshold[] = [{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(all);
}

/** Nothing to judge: one colour. */
export const plain = (): Builder<ThresholdsConfig> => steps(colours.unknown);

/** Pressure as a share of the pump's own limit: at 1 it stops and alarms. */
export const shareSteps = () => steps(colours.good, [0.6, colours.notice], [0.8, colours.warning], [1, colours.danger]);

/** Anything above none wants a person. */
export const noneIsGood = (colour: string) => steps(colours.good, [1, colour]);

const stateColours: Readonly<Record<PumpState, string>> = {
  infusing: colours.good,
  bolus: 'dark-green',
  kvo: 'light-green',
  priming: colours.quiet,
  paused: colours.warning,
  stopped: colours.danger,
  standby: 'light-blue',
  complete: 'purple',
  off: 'gray',
};

/** What a pump is doing, each state by its colour. */
export const stateMappings = (): ValueMapping[] => [textColours(stateColours)];

/** Priorities and alarm codes by the colour of their priority. */
export const alarmMappings = (): ValueMapping[] => [
  textColours({
    ...priorityColours,
    ...Object.fromEntries(Object.entries(alarmKinds).map(([code, { priority }]) => [code, priorityColours[priority]])),
  }),
];

/** 1 and 0 of the field `active` in words. */
export const onOffMappings = (): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: { 1: { text: 'on', color: colours.danger }, 0: { text: 'off', color: colours.good } },
  },
];

export const trueFalseMappings = (): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: { true: { text: 'mains', color: colours.good }, false: { text: 'battery', color: colours.warning } },
  },
];

const textColours = (colourOf: Readonly<Record<string, string>>): ValueMapping => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(Object.entries(colourOf).map(([text, color], index) => [text, { text, color, index }])),
});
