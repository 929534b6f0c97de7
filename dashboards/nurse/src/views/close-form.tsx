import { useState } from 'preact/hooks';
import type { Alert, AlertOutcome } from '../../../../gateway/model/alert.ts';
import { act } from '../state/actions.ts';
import { liveness, sending } from '../state/store.ts';
import { outcomes, outcomeWord } from '../text/words.ts';

/** What the nurse found, in chips for one thumb and words for the record. */
export function CloseForm({ alert }: { alert: Alert }) {
  const [outcome, setOutcome] = useState<AlertOutcome | null>(null);
  const [note, setNote] = useState('');
  const blocked = sending.value.has(alert.id) || liveness.value === 'lost';
  const words = note.trim();

  const saveNote = async () => {
    if (await act(alert, { action: 'note', version: alert.version, note: words })) setNote('');
  };
  const close = async () => {
    if (outcome === null) return;
    const said = words === '' ? {} : { note: words };
    if (await act(alert, { action: 'close', version: alert.version, outcome, ...said })) setNote('');
  };

  return (
    <section class="block">
      <h3>What did you find?</h3>
      <fieldset class="chips">
        <legend class="sr-only">Outcome</legend>
        {outcomes.map((value) => (
          <label key={value} class="chip">
            <input
              type="radio"
              name="outcome"
              value={value}
              checked={outcome === value}
              onChange={() => setOutcome(value)}
            />
            <span>{outcomeWord[value]}</span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>Note</span>
        <textarea rows={3} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button class="button" type="button" disabled={blocked || words === ''} onClick={() => void saveNote()}>
          Keep note
        </button>
        <button
          class="button primary"
          type="button"
          disabled={blocked || outcome === null}
          onClick={() => void close()}
        >
          Close alert
        </button>
      </div>
      {alert.condition !== 'cleared' && (
        <p class="quiet">The condition has not cleared yet. Closing is for after it has.</p>
      )}
    </section>
  );
}
