import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupOf } from '#gateway/backup-sources.ts';
import { dataFiles } from '#journal/data-dir.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { reading, readingsMessage } from '#support/hub-messages.ts';
import { TempDir } from '#support/temp-dir.ts';
import { fillDataFolder } from './made-backup.ts';

it('whatever happens between two copies, no copy is ahead of what it follows', () => {
  using dir = new TempDir();
  fillDataFolder(dir.path, 100);
  const files = dataFiles(dir.path);
  const journal = new SqliteJournalWriter(files.journal);
  const state = new SqliteStateStore(files.state);
  const followers = [files.series, files.benefit, files.notify, files.access].map((path) => new SqliteStateStore(path));
  let seq = 100;
  // A reading comes, the alerts fold it and write a page, everybody who follows takes both: all at once.
  const workGoesOn = () => {
    const { lastOffset } = journal.append([readingsMessage('hub-1', 'pump-1', 'boot-1', [reading(seq)])]);
    seq += 1;
    const pages = state.transact((tx) => {
      tx.put('seen', 'journal', lastOffset);
      return tx.append('pages', { offset: lastOffset });
    });
    for (const store of followers) {
      store.transact((tx) => {
        tx.put('seen', 'journal', lastOffset);
        tx.put('seen', 'pages', pages);
      });
    }
  };
  workGoesOn();

  using source = backupOf(dir.path, join(dir.path, 'keys'), true);
  const copies = new Map<string, string>();
  for (const { name, take } of source.sources) {
    copies.set(name, take().path);
    workGoesOn();
  }
  const copied = (name: string): string => copies.get(name) ?? name;
  const read = <R>(name: string, use: (store: SqliteStateStore) => R): R => {
    const store = new SqliteStateStore(copied(name));
    const result = use(store);
    store.close();
    return result;
  };
  const journalCopy = new SqliteJournalReader(copied('journal.db'));
  const last = journalCopy.lastOffset();
  journalCopy.close();
  const pages = read('state.db', (store) => store.last('pages'));
  expect(last).toBe(source.lastOffset());
  expect(last).toBeGreaterThan(101);
  for (const name of ['state.db', 'series.db', 'benefit.db', 'notify.db', 'access.db']) {
    expect(
      read(name, (store) => store.get<number>('seen', 'journal') ?? last + 1),
      name,
    ).toBeLessThanOrEqual(last);
  }
  for (const name of ['series.db', 'benefit.db', 'notify.db', 'access.db']) {
    expect(
      read(name, (store) => store.get<number>('seen', 'pages') ?? pages + 1),
      name,
    ).toBeLessThanOrEqual(pages);
  }
  journal.close();
  for (const store of [state, ...followers]) store.close();
});
