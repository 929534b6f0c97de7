import { type AlarmPriority, alarmKinds, isAlarmCode } from '#model/alarms.ts';
import { derivedAlertCodes } from '#model/alert.ts';
import type { ActiveAlarm } from '#model/reading.ts';

/**
 * A whole set of alarms as one string, so that "the same as before" is one comparison: the codes that alerts carry,
 * sorted and joined by line ends. The empty string is the empty set.
 */
export type AlarmSetKey = string;

const codeOf = (alarm: ActiveAlarm): string => alarm.vendorCode ?? alarm.code;

export function alarmSetKey(alarms: readonly ActiveAlarm[]): AlarmSetKey {
  if (alarms.length === 0) return '';
  const [only] = alarms;
  if (alarms.length === 1 && only !== undefined) return codeOf(only);
  return [...new Set(alarms.map(codeOf))].sort().join('\n');
}

export const alarmCodesOf = (key: AlarmSetKey): readonly string[] => (key === '' ? [] : key.split('\n'));

/** Priority and words for any code a pump may send: a vendor's code has those of `unknown`. */
export function deviceAlarm(code: string): { readonly priority: AlarmPriority; readonly text: string } {
  if (isAlarmCode(code)) return alarmKinds[code];
  return { priority: alarmKinds.unknown.priority, text: `${alarmKinds.unknown.text}: ${code}` };
}

const derived = new Set<string>(derivedAlertCodes);

/** Whether a pump declared it, as opposed to the gateway deriving it from silence. */
export const isDeviceCode = (code: string): boolean => !derived.has(code);
