import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../api/client.ts';
import { words } from '../text/language.ts';

export type Loaded<T> =
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'known'; readonly body: T };

/** Why there is no answer, in words for the reader. */
export const whyNot = (answer: Exclude<Answer<unknown>, { result: 'ok' }>): string =>
  answer.result === 'offline'
    ? words.value.detail.noAnswer
    : [answer.problem.title, answer.problem.detail].filter(Boolean).join(' ');

/** Asks once for each `key`, and again when told to. An answer to an earlier question is passed over. */
export function useAnswer<T>(key: string, ask: () => Promise<Answer<T>>): readonly [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: 'asking' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let over = false;
    void ask().then((answer) => {
      if (over) return;
      if (answer.result === 'ok') setLoaded({ kind: 'known', body: answer.body });
      else setLoaded({ kind: 'failed', why: whyNot(answer) });
    });
    return () => {
      over = true;
    };
  }, [key, round]);
  return [loaded, () => setRound((before) => before + 1)];
}
