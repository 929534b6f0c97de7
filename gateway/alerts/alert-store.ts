import type { Plain, StateReader, StateTransaction, StreamRow } from '#kernel/state-store.ts';
import type { Alert, AlertEvent } from '#model/alert.ts';
import { outboxStream, type Page } from '#model/paging.ts';
import type { EngineSnapshot } from './engine.ts';
import type { EngineInput } from './engine-input.ts';
import type { AlertRecord, ContextRecord, HubRecord, PumpRecord } from './engine-state.ts';

/** The alert log: every change of every alert, for ever. Positions are what `Last-Event-ID` counts. */
export const alertEventStream = 'alert-events';
/** What the engine was told beside the journal, for ever. */
export const alertInputStream = 'alert-inputs';
const closedStream = 'alerts-closed-order';
const openCollection = 'alerts-open';
const closedCollection = 'alerts-closed';
const hubCollection = 'alert-hubs';
const pumpCollection = 'alert-pumps';
const contextCollection = 'alert-contexts';
const cursorCollection = 'alert-cursor';

/** An alert with the positions of its events in the log. */
export type StoredAlert = AlertRecord & {
  readonly positions: readonly number[];
  /** Positions of its pages in the outbox. */
  readonly pages?: readonly number[];
};

/** Journal entries up to `offset` are in the stored state of every hub; some hubs may be ahead of it. */
type Cursor = {
  readonly offset: number;
  readonly now: number;
  readonly at?: number;
  readonly calendar?: number;
};

/** One row of the alert log and its place in it. */
export type AlertEventRow = StreamRow<AlertEvent>;

export interface StoredState extends EngineSnapshot {
  readonly open: StoredAlert[];
  /** What the calendar said at `now`, Unix ms. */
  readonly calendar: number;
}

export function readState(store: StateReader): StoredState {
  const cursor = store.get<Cursor>(cursorCollection, 'journal') ?? { offset: 0, now: 0 };
  const { offset, at = cursor.now, calendar = cursor.now } = cursor;
  // Events are stored at once, the cursor now and then: what they tell of had been looked at.
  const [newest] = readEventsAfter(store, store.last(alertEventStream) - 1, 1);
  const now = Math.max(cursor.now, newest?.value.at ?? 0);
  return {
    offset,
    now,
    at,
    calendar: calendar + now - cursor.now,
    contexts: store.list<ContextRecord>(contextCollection).map(({ value }) => value),
    hubs: store.list<HubRecord>(hubCollection).map(({ value }) => value),
    pumps: store.list<PumpRecord>(pumpCollection).map(({ value }) => value),
    open: store.list<StoredAlert>(openCollection).map(({ value }) => value),
  };
}

/** An alert with its positions, open or closed. */
export const readAlert = (store: StateReader, id: string): StoredAlert | undefined =>
  store.get<StoredAlert>(openCollection, id) ?? readClosed(store, id);

export const readClosed = (store: StateReader, id: string): StoredAlert | undefined =>
  store.get<StoredAlert>(closedCollection, id);

/** The alerts closed last, newest first. */
export function readNewestClosed(store: StateReader, limit: number): Alert[] {
  const last = store.last(closedStream);
  const rows = store.read<{ id: string }>(closedStream, Math.max(0, last - limit), limit);
  // One that was closed, opened again by undoing that, and closed once more stands in the stream twice.
  const ids = new Set(rows.reverse().map(({ value }) => value.id));
  return [...ids].flatMap((id) => readClosed(store, id)?.alert ?? []);
}

/** Events at the positions given, in that order. */
export const readEvents = (store: StateReader, positions: readonly number[]): AlertEventRow[] =>
  positions.flatMap((position) => store.read<Plain<AlertEvent>>(alertEventStream, position - 1, 1));

/** Events after a position, oldest first. */
export const readEventsAfter = (store: StateReader, position: number, limit: number): AlertEventRow[] =>
  store.read<Plain<AlertEvent>>(alertEventStream, position, limit);

/** Appends events and puts the alerts they belong to beside them. Answers the stored rows. */
export function writeEvents(
  tx: StateTransaction,
  events: readonly AlertEvent[],
  recordOf: (id: string) => AlertRecord | undefined,
  pagesOf: ReadonlyMap<string, readonly number[]> = new Map(),
): AlertEventRow[] {
  const rows = events.map((event) => {
    const value: Plain<AlertEvent> = event;
    return { position: tx.append(alertEventStream, value), value };
  });
  const positions = Map.groupBy(rows, (row) => row.value.alert);
  for (const [id, added] of positions) {
    const record = recordOf(id);
    if (!record) continue;
    const before = readAlert(tx, id);
    const wasClosed = before?.alert.state === 'closed';
    const stored: StoredAlert = {
      ...record,
      positions: [...(before?.positions ?? []), ...added.map((row) => row.position)],
      pages: [...(before?.pages ?? []), ...(pagesOf.get(id) ?? [])],
    };
    if (record.alert.state === 'open') {
      tx.put(openCollection, id, stored);
      if (wasClosed) tx.delete(closedCollection, id);
      continue;
    }
    tx.put(closedCollection, id, stored);
    if (before && !wasClosed) tx.delete(openCollection, id);
    if (!wasClosed) tx.append(closedStream, { id });
  }
  return rows;
}

export function writeInputs(tx: StateTransaction, inputs: readonly EngineInput[]): void {
  for (const input of inputs) {
    const value: Plain<EngineInput> = input;
    tx.append(alertInputStream, value);
  }
}

/** Leaves pages where the notifier reads on, and answers their positions by alert. */
export function writePages(tx: StateTransaction, pages: readonly Page[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const page of pages) {
    const value: Plain<Page> = page;
    positions.set(page.alert, [...(positions.get(page.alert) ?? []), tx.append(outboxStream, value)]);
  }
  return positions;
}

export const readPages = (store: StateReader, positions: readonly number[]): Page[] =>
  positions.flatMap((position) => store.read<Plain<Page>>(outboxStream, position - 1, 1).map(({ value }) => value));

export function writeSources(
  tx: StateTransaction,
  {
    contexts,
    hubs,
    pumps,
  }: { contexts: readonly ContextRecord[]; hubs: readonly HubRecord[]; pumps: readonly PumpRecord[] },
): void {
  for (const context of contexts) tx.put(contextCollection, context.pump, context);
  for (const hub of hubs) tx.put(hubCollection, hub.id, hub);
  for (const pump of pumps) tx.put(pumpCollection, pump.id, pump);
}

export function writeCursor(tx: StateTransaction, cursor: Required<Cursor>): void {
  tx.put(cursorCollection, 'journal', cursor);
}
