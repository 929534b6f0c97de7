import type { Plain, StateReader, StateTransaction } from '#kernel/state-store.ts';
import type { AlarmPriority } from '#model/alarms.ts';
import type { Page } from '#model/paging.ts';
import { collections } from './records.ts';

/** What a home hub shows of one alert: that nurses were told, or that one has seen it. Names nobody. */
export type HubBoardEntry = {
  readonly id: string;
  readonly priority: AlarmPriority;
  readonly state: 'nurse-paged' | 'nurse-has-it';
  /** When this became so, Unix ms. */
  readonly at: number;
};
export type HubBoard = readonly HubBoardEntry[];

export const boardOf = (reader: StateReader, hub: string): HubBoard =>
  reader.get<HubBoard>(collections.board, hub) ?? [];

/** Carries a page over to the board of its hub. */
export function noteOnBoard(tx: StateTransaction, hub: string, page: Plain<Page>, code: string): void {
  if (page.kind === 'digest') return;
  const others = boardOf(tx, hub).filter(({ id }) => id !== code);
  const state = page.kind === 'taken' ? 'nurse-has-it' : 'nurse-paged';
  const entry: HubBoardEntry = { id: code, priority: page.priority, state, at: page.at };
  tx.put(collections.board, hub, page.kind === 'resolved' ? others : [...others, entry]);
}
