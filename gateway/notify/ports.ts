import type { Recipient } from '#model/contact.ts';
import type { Page, PageTarget } from '#model/paging.ts';

/** What the notifier needs of the other rooms. */

export interface OutboxPort {
  /** Pages after `position` (exclusive), oldest first, at most `limit`. */
  read(position: number, limit: number): readonly { readonly position: number; readonly page: Page }[];
}

export interface DirectoryPort {
  /** Who is meant, at this moment. `paged` never comes here. Never empty while anybody could be reached. */
  recipients(target: Exclude<PageTarget, 'paged'>, page: Page): readonly Recipient[];
  recipient(person: string): Recipient | undefined;
  /** Whether this page is for people. A synthetic one goes to what its hub is shown, and nowhere else. */
  isForPeople(page: Page): boolean;
  /** Whether anybody has set up a way to be reached at all: without, people watch the console and nothing is missing. */
  anybody(): boolean;
}

/** Conditions of the notifier itself, raised and cleared as technical alerts by a route that does not need it. */
export type NotifierProblem = {
  readonly code: 'notifier-failing' | 'nobody-reachable';
  readonly active: boolean;
  /** For people; no patient data. */
  readonly text: string;
};
