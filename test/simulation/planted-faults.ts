import type { AppendResult } from '#codec/inbound.ts';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import { millis } from '#kernel/time.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import type { NightOptions } from './night.ts';
import { outboxStream, type Wiring } from './night-gateway.ts';

/** A known fault: a part that does one thing wrong, put in the place of the right one where a night is put together. */
export interface PlantedFault {
  readonly name: string;
  readonly options: Omit<NightOptions, 'seed'>;
  /** What the checker must say of it. */
  readonly caught: RegExp;
}

const wired = (wiring: Partial<Wiring>): Omit<NightOptions, 'seed'> => ({ wiring });

const { priorities } = defaultAlertPolicy;

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'acknowledges before the commit',
    options: wired({
      accepts: (_packet, early) => {
        early();
        return true;
      },
    }),
    caught: /acknowledged reading is missing/,
  },
  {
    name: 'takes a message that is sent again for one that it has (the DUP flag)',
    options: wired({
      accepts: ({ dup }, early) => {
        if (dup) early();
        return !dup;
      },
    }),
    caught: /acknowledged reading is missing/,
  },
  {
    name: 'answers although the disk refused',
    options: wired({
      journalPort: (port) => ({
        append: (batch) => port.append(batch).catch((): AppendResult => nothingStored),
        probe: () => port.probe(),
      }),
    }),
    caught: /acknowledged reading is missing/,
  },
  {
    name: 'a page is stored in a transaction of its own',
    options: wired({
      store: (store, { life }, behind) => pagesLater(store, behind, (work) => life.after(millis(200), 'lazy', work)),
    }),
    caught: /without the event that caused it/,
  },
  {
    name: 'what is missing clears',
    options: wired({
      source: (source) => ({ readAfter: (offset, limit) => source.readAfter(offset, limit).map(forgetful) }),
    }),
    caught: /counts as clear/,
  },
  {
    name: 'an acknowledgement never ends',
    options: wired({
      policy: {
        ...defaultAlertPolicy,
        priorities: { ...priorities, high: { ...priorities.high, acknowledgementSeconds: 604_800 } },
      },
    }),
    caught: /acknowledged\) was with nobody/,
  },
];

const nothingStored: AppendResult = {
  lastOffset: 0,
  readings: 0,
  duplicates: 0,
  statuses: 0,
  refused: {},
  refusedWhole: [],
};

function pagesLater(store: StateStore, behind: StateStore, later: (work: () => void) => void): StateStore {
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

const readingOf = (store: StateStore) => ({
  get: store.get.bind(store),
  list: store.list.bind(store),
  read: store.read.bind(store),
  last: store.last.bind(store),
});

/** Every tenth reading comes without its alarms, and what is not there counts as over. */
function forgetful(entry: JournalEntry): JournalEntry {
  if (entry.kind !== 'reading' || entry.reading.seq % 10 !== 9) return entry;
  return { ...entry, reading: { ...entry.reading, alarms: [] } };
}
