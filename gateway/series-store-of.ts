import type { Clock } from '#kernel/clock.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import type { SeriesStore } from '#series/series-store.ts';
import type { Config } from './config/schema.ts';

/** The InfluxDB that the configuration names, or null for the embedded store. */
export function influxStoreOf(
  influx: Config['influx'],
  retention: Config['series'],
  clock: Clock,
  onMade: () => void = () => {},
): SeriesStore | null {
  const { url, ca, database, username, password, org, bucket, token } = influx;
  if (url === undefined) return null;
  const connection = { url, retention, ...(ca !== undefined && { ca }) };
  if (org !== undefined && bucket !== undefined && token !== undefined) {
    return new Influx2Store({ ...connection, org, bucket, token }, clock);
  }
  if (database === undefined) return null;
  const login = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  return new Influx1Store({ ...connection, database, onMade, ...login }, clock);
}
