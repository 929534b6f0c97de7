/**
 * Pieces of InfluxQL that the panels share. `$timeFilter`, `$__interval` and `${name:regex}` are filled by Grafana; the
 * `:regex` form makes `a` or `(a|b)` of what is chosen, escaped, and `.*` of "All".
 */

/** Which pumps: those that the variables of a dashboard leave. `/^.*$/` also matches readings without the tag. */
export const chosenHubs = chosen('hub');
export const chosenModels = `${chosenHubs} AND ${chosen('model')}`;
export const chosenPumps = `${chosenModels} AND ${chosen('pump')}`;
/**
 * `pump_alarm` and `alert` have no `model`. In `alert` the hub is a field, and the pump is missing when the alert is about
 * a hub: only "All" pumps lets those through.
 */
export const chosenAlarms = `${chosenHubs} AND ${chosen('pump')}`;

/** A value for each bucket of the time axis, null where nothing was measured: a gap stays a gap. */
export function bucketed(selection: string, measurement: string, where: string, ...tags: string[]): string {
  return `SELECT ${selection} FROM "${measurement}" WHERE $timeFilter AND ${where} ${groupBy(tags)} fill(null)`;
}

/** How often something happened in each bucket. Nothing written means that it did not happen: zero is true here. */
export function counted(selection: string, measurement: string, where: string, ...tags: string[]): string {
  return `SELECT ${selection} FROM "${measurement}" WHERE $timeFilter AND ${where} ${groupBy(tags)} fill(0)`;
}

/** One row or value over the whole time range for each combination of tags. */
export function whole(selection: string, measurement: string, where: string, ...tags: string[]): string {
  const by = tags.length > 0 ? ` GROUP BY ${tags.map(quoted).join(', ')}` : '';
  return `SELECT ${selection} FROM "${measurement}" WHERE $timeFilter AND ${where}${by}`;
}

/** Single events, newest first. */
export function events(selection: string, measurement: string, where: string): string {
  return `SELECT ${selection} FROM "${measurement}" WHERE $timeFilter AND ${where} ORDER BY time DESC LIMIT 500`;
}

/** The alarms on at the end of the time range: each may have come on long before the range begins. */
export function alarmsOn(where: string): string {
  const end = `\${__to}ms`;
  const last = `SELECT last("active") AS "on" FROM "pump_alarm" WHERE time <= ${end} AND time >= ${end} - 30d AND ${where}`;
  return `SELECT sum("on") AS "on" FROM (${last} GROUP BY "hub", "pump", "code", "priority")`;
}

function chosen(tag: string): string {
  return `"${tag}" =~ /^\${${tag}:regex}$/`;
}

const groupBy = (tags: readonly string[]): string =>
  `GROUP BY ${['time($__interval)', ...tags.map(quoted)].join(', ')}`;

const quoted = (name: string): string => `"${name}"`;
