import type { TrendColumn } from '#model/trend.ts';
import type { Migration } from './sqlite.ts';

/** Short names of the columns of a trend. A column more needs a migration of its own. */
export const rollupColumns = {
  rateMlH: 'rate',
  programmedRateMlH: 'programmed',
  pressureMmHg: 'pressure',
  pressureLimitMmHg: 'pressure_limit',
  reservoirMl: 'reservoir',
} as const satisfies Record<TrendColumn, string>;

const figures = (name: string): string => `${name}_min REAL, ${name}_max REAL, ${name}_sum REAL, ${name}_n INTEGER`;
const allFigures = Object.values(rollupColumns).map(figures).join(', ');

/**
 * Minutes and the hours made from them. `at` is Unix ms of the begin. `revision` grows with each change of a minute, so
 * that a follower can ask for what changed; `progress` holds the last one, and how far the journal is rolled up.
 */
export const rollupMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE pump (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE minute (
        pump INTEGER NOT NULL, at INTEGER NOT NULL, revision INTEGER NOT NULL, saved_at INTEGER NOT NULL,
        count INTEGER NOT NULL, ${allFigures}, PRIMARY KEY (pump, at)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX minute_revision ON minute (revision);
      CREATE TABLE hour (
        pump INTEGER NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL, ${allFigures}, PRIMARY KEY (pump, at)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE progress (
        id INTEGER PRIMARY KEY CHECK (id = 1), offset INTEGER NOT NULL, revision INTEGER NOT NULL
      ) STRICT;
      INSERT INTO progress (id, offset, revision) VALUES (1, 0, 0);
    `,
  },
];
