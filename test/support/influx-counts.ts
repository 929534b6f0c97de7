import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { cursorAtStart } from '#series/series-feed.ts';
import type { Influxd } from './influxd.ts';

/** Points of a measurement that have `field`, by pump; `where` is an InfluxQL condition. */
export async function pointsPerPump(
  influxd: Influxd,
  database: string,
  measurement: string,
  field: string,
  where = 'time > 0',
): Promise<Map<string, number>> {
  const rows = await influxd.query(
    `SELECT count("${field}") FROM "${measurement}" WHERE ${where} GROUP BY "pump"`,
    database,
  );
  return new Map(rows.map((row) => [String(row['pump']), Number(row['count'])]));
}

/** How many `pump_alarm` points of each pump follow from a journal that is read in one go, without restarts. */
export function alarmChangesOf(journal: string): Map<string, number> {
  const reader = new SqliteJournalReader(journal);
  try {
    const feed = new JournalFeed(reader, new JournalAlarmHistory(reader)).open(cursorAtStart);
    const points = new Set<string>();
    for (let batch = feed.next(5_000); batch; batch = feed.next(5_000)) {
      for (const line of batch.lines) if (line.startsWith('pump_alarm,')) points.add(identityOf(line));
    }
    const counts = new Map<string, number>();
    for (const point of points) {
      const pump = /,pump=([^, ]+)/.exec(point)?.[1] ?? '';
      counts.set(pump, (counts.get(pump) ?? 0) + 1);
    }
    return counts;
  } finally {
    reader.close();
  }
}

/** Measurement, tags and time of a line without blanks in its tags: what makes it one point. */
function identityOf(line: string): string {
  const [tags = '', , time = ''] = line.split(' ');
  return `${tags} ${time}`;
}
