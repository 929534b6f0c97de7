import type { StatusCause } from '#model/journal-entry.ts';
import type { Migration } from './sqlite.ts';

/** `entry.kind` of a reading. */
export const KIND_READING = 1;
/** `entry.kind` of a status, by how it came. */
export const statusKinds: Readonly<Record<StatusCause, number>> = { said: 2, 'link-lost': 3, retained: 4 };

/**
 * Names are kept once, entries hold their small numbers: a third less to write. `entry.offset` is given by the writer, not
 * by AUTOINCREMENT, so that it has no holes. The unique index is the identity of a reading: (pump, boot, seq).
 */
export const journalMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE hub  (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE pump (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE boot (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE entry (
        offset      INTEGER PRIMARY KEY,
        kind        INTEGER NOT NULL,
        hub         INTEGER NOT NULL,
        pump        INTEGER,
        boot        INTEGER NOT NULL,
        seq         INTEGER,
        at          INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        wire        TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX entry_identity ON entry (pump, boot, seq) WHERE pump IS NOT NULL;
      CREATE INDEX entry_time ON entry (pump, at) WHERE pump IS NOT NULL;
      CREATE TABLE quarantine (
        offset INTEGER PRIMARY KEY AUTOINCREMENT,
        at     INTEGER NOT NULL,
        hub    TEXT,
        pump   TEXT,
        topic  TEXT NOT NULL,
        code   TEXT NOT NULL,
        detail TEXT NOT NULL
      ) STRICT;
      CREATE TABLE cursor (consumer TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;
    `,
  },
  { version: 2, sql: 'CREATE INDEX entry_status ON entry (hub, received_at) WHERE kind > 1' },
  {
    version: 3,
    sql: `CREATE TABLE held (pump INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
            PRIMARY KEY (pump, from_ms, to_ms)) STRICT, WITHOUT ROWID`,
  },
];
