import type { Clock } from '#kernel/clock.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { KeptAnswers } from '#registry/kept-answers.ts';
import { KeyFolder } from '#registry/key-folder.ts';
import { openText, sealText } from '#registry/sealed-text.ts';

/** Answers to keyed calls, under a key of their own. */
export function openKeptAnswers(store: StateStore, keysDir: string, clock: Clock): KeptAnswers {
  const folder = new KeyFolder(keysDir);
  return new KeptAnswers(store, clock, {
    seal: (text, bound) => sealText(folder.secret('answers'), text, bound),
    open: (sealed, bound) => openText(folder.secret('answers'), sealed, bound),
  });
}
