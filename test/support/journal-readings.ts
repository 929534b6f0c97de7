import { expect } from 'vitest';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';

/** Every reading in a journal, once for each time that it is there. */
export function readingsIn(journal: string): Map<string, string> {
  const reader = new SqliteJournalReader(journal);
  try {
    const found = new Map<string, string>();
    for (let after = 0; ; ) {
      const entries = reader.readAfter(after, 500);
      const last = entries.at(-1);
      if (!last) return found;
      for (const entry of entries) {
        if (entry.kind !== 'reading') continue;
        const identity = `${entry.pump} ${entry.boot} ${entry.reading.seq}`;
        expect(found.has(identity), identity).toBe(false);
        found.set(identity, entry.wire);
      }
      after = last.offset;
    }
  } finally {
    reader.close();
  }
}
