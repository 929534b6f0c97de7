import { useState } from 'preact/hooks';
import type { Alert, AlertOutcome } from '../../../../gateway/model/alert.ts';
import { act, waiting } from '../state/actions.ts';
import { liveness, sending } from '../state/store.ts';
import { words } from '../text/language.ts';

const outcomes: readonly AlertOutcome[] = [
  'kinked-line',
  'clamp-open',
  'site-changed',
  'bag-changed',
  'false',
  'sent-to-ed',
  'other',
];

/** Why it cannot be closed yet, in the reader's words; null when it can. */
function hindrance(alert: Alert): string | null {
  const t = words.value.close;
  if (alert.condition === 'active') return t.notYet;
  return alert.priority === 'high' && alert.response !== 'acknowledged' ? t.takeFirst : null;
}

/** What the nurse found: one tap on a finding closes the alert, with the note if one is written. */
export function CloseForm({ alert }: { alert: Alert }) {
  const [note, setNote] = useState('');
  const t = words.value;
  const blocked = sending.value.has(alert.id) || waiting.value.has(alert.id) || liveness.value === 'lost';
  const why = hindrance(alert);
  const said = note.trim();

  const saveNote = async () => {
    if (await act(alert, { action: 'note', version: alert.version, note: said })) setNote('');
  };
  const close = async (outcome: AlertOutcome) => {
    const withNote = said === '' ? {} : { note: said };
    if (await act(alert, { action: 'close', version: alert.version, outcome, ...withNote })) setNote('');
  };

  return (
    <section class="block" aria-labelledby="found-title">
      <h3 id="found-title">{t.close.title}</h3>
      <div class="chips">
        {outcomes.map((outcome) => (
          <button
            key={outcome}
            class="chip"
            type="button"
            disabled={blocked || why !== null}
            onClick={() => void close(outcome)}
          >
            {t.outcome[outcome]}
          </button>
        ))}
      </div>
      <p class="quiet after">{why ?? t.close.tap}</p>
      <label class="field">
        <span>{t.close.note}</span>
        <textarea rows={2} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button class="button" type="button" disabled={blocked || said === ''} onClick={() => void saveNote()}>
          {t.close.keep}
        </button>
      </div>
    </section>
  );
}
