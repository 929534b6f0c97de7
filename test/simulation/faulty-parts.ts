import type { AppendResult } from '#codec/inbound.ts';
import type { Doc, Json, StateReader, StateStore, StateTransaction } from '#kernel/state-store.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import { outboxStream } from '#model/paging.ts';
import { accepted, type Channel } from '#notify/channel.ts';
import type { OutboxPort } from '#notify/ports.ts';
import { collections } from '#notify/records.ts';
import type { AlertPolicy } from '../../gateway/alerts/policy.ts';
import type { JournalSource } from '../../gateway/alerts/ports.ts';

/** Parts that do one thing wrong each. They stand in for the right ones in nights that must fail. */

/** Snoozes without a limit. */
export const boundless = (rules: AlertPolicy['priorities']['high']): AlertPolicy['priorities']['high'] => ({
  ...rules,
  snoozeMinutes: 10_080,
  snoozeTotalMinutes: null,
});

export const nothingStored: AppendResult = {
  lastOffset: 0,
  readings: 0,
  duplicates: 0,
  statuses: 0,
  refused: {},
  refusedWhole: [],
};

export function pagesLater(store: StateStore, behind: StateStore, later: (work: () => void) => void): StateStore {
  return watching(store, (tx) => ({
    ...tx,
    append: (stream, value) => {
      if (stream !== outboxStream) return tx.append(stream, value);
      later(() => behind.transact((own) => own.append(stream, value)));
      return tx.last(stream) + 1;
    },
  }));
}

function watching(store: StateStore, change: (tx: StateTransaction) => StateTransaction): StateStore {
  return { ...readingOf(store), transact: (work) => store.transact((tx) => work(change(tx))), close: () => {} };
}

const timers = new Set(['nextStepAt', 'acknowledgementExpires', 'clearingAt']);

/** What fell due stood in memory only: open alerts come back without the instants at which something is to be done. */
export function timersForgotten(store: StateStore): StateStore {
  const list: StateReader['list'] = <T extends Json>(collection: string, prefix?: string): Doc<T>[] => {
    const docs = store.list<T>(collection, prefix);
    if (collection !== 'alerts-open') return docs;
    return JSON.parse(JSON.stringify(docs), (key, value) => (timers.has(key) ? null : value));
  };
  return { ...readingOf(store), list, transact: (work) => store.transact(work), close: () => {} };
}

export function pagesInASecondStep(store: StateStore): StateStore {
  const transact: StateStore['transact'] = (work) => {
    const pages: Json[] = [];
    const answer = store.transact((tx) => {
      const append: StateTransaction['append'] = (stream, value) =>
        stream === outboxStream ? tx.last(stream) + pages.push(value) : tx.append(stream, value);
      return work({ ...tx, append });
    });
    if (pages.length > 0) store.transact((tx) => pages.map((page) => tx.append(outboxStream, page)));
    return answer;
  };
  return { ...readingOf(store), transact, close: () => {} };
}

export function cursorFirst(source: JournalSource, store: StateStore): JournalSource {
  return {
    readAfter: (offset, limit) => {
      const entries = source.readAfter(offset, limit);
      const last = entries.at(-1);
      if (last)
        store.transact((tx) => tx.put('alert-cursor', 'journal', { offset: last.offset, now: last.receivedAt }));
      return entries;
    },
  };
}

export function notifiersCursorFirst(outbox: OutboxPort, store: StateStore): OutboxPort {
  return {
    read: (position, limit) => {
      const rows = outbox.read(position, limit);
      const last = rows.at(-1);
      if (last) store.transact((tx) => tx.put(collections.cursor, 'outbox', last.position));
      return rows;
    },
  };
}

const readingOf = (store: StateStore) => ({
  get: store.get.bind(store),
  list: store.list.bind(store),
  read: store.read.bind(store),
  last: store.last.bind(store),
});

/** Every tenth reading comes without its alarms, and what is not there counts as over. */
export function forgetful(entry: JournalEntry): JournalEntry {
  if (entry.kind !== 'reading' || entry.reading.seq % 10 !== 9) return entry;
  return { ...entry, reading: { ...entry.reading, alarms: [] } };
}

/** Believes a provider that failed. */
export const trusting = (channel: Channel): Channel => ({
  kind: channel.kind,
  concurrency: channel.concurrency,
  perPerson: channel.perPerson,
  send: (message, signal) => channel.send(message, signal).then(() => accepted()),
  close: () => channel.close(),
});
