import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert, AlertAction } from '../../../../gateway/model/alert.ts';
import type { Person } from '../api/wire.ts';
import { act, waiting } from '../state/actions.ts';
import { askedForm } from '../state/keyboard.ts';
import { type FormAction, lengthsFor, offered, type TapAction } from '../state/may-act.ts';
import { liveness, sending } from '../state/store.ts';
import { words } from '../text/language.ts';
import { span } from '../text/time.ts';

const isForm = (action: FormAction | TapAction): action is FormAction =>
  action === 'snooze' || action === 'assign' || action === 'shelve' || action === 'retire';

function actionOf(form: FormAction, version: number, minutes: number, said: string): AlertAction {
  if (form === 'assign') return { action: form, version, to: said };
  if (form === 'retire') return { action: form, version, reason: said };
  return { action: form, version, minutes, reason: said };
}

function ActionForm(props: { alert: Alert; form: FormAction; onDone: () => void }) {
  const { alert, form, onDone } = props;
  const t = words.value.act;
  const lengths = form === 'snooze' || form === 'shelve' ? lengthsFor(form, alert.priority) : [];
  const [minutes, setMinutes] = useState(lengths[0] ?? 0);
  const [said, setSaid] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = async () => {
    if (await act(alert, actionOf(form, alert.version, minutes, said.trim()))) onDone();
  };
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {lengths.length > 0 && (
        <fieldset class="segments">
          <legend class="sr-only">{t.howLong}</legend>
          {lengths.map((length) => (
            <button key={length} type="button" aria-pressed={length === minutes} onClick={() => setMinutes(length)}>
              {span(length * 60_000)}
            </button>
          ))}
        </fieldset>
      )}
      <label class="field">
        <span>{form === 'assign' ? t.toWhom : t.why}</span>
        <input ref={field} value={said} maxLength={200} onInput={(event) => setSaid(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button class="button" type="button" onClick={onDone}>
          {t.cancel}
        </button>
        <button class="button primary" type="submit" disabled={said.trim() === '' || sending.value.has(alert.id)}>
          {t.names[form]}
        </button>
      </div>
    </form>
  );
}

/** What else can be done with an alert, beside taking and closing it. `undo`: the last act can be taken back. */
export function MoreActions({ alert, person, undo }: { alert: Alert; person: Person; undo: boolean }) {
  const [form, setForm] = useState<FormAction | null>(null);
  const t = words.value.act;
  const offers = offered(alert, person);
  const asked = askedForm.value;
  useEffect(() => {
    if (asked === null) return;
    askedForm.value = null;
    if (offers.includes(asked)) setForm(asked);
  }, [asked]);
  const blocked = sending.value.has(alert.id) || waiting.value.has(alert.id) || liveness.value === 'lost';
  if (offers.length === 0 && !undo) return null;
  const tap = (action: TapAction) => void act(alert, { action, version: alert.version });
  return (
    <section class="block more-actions" aria-label={t.title}>
      <div class="chips">
        {undo && (
          <button class="chip" type="button" disabled={blocked} onClick={() => tap('undo')}>
            {t.names.undo}
          </button>
        )}
        {offers.map((action) => (
          <button
            key={action}
            class={action === 'accept' ? 'button primary' : 'chip'}
            type="button"
            disabled={blocked}
            aria-expanded={isForm(action) ? form === action : undefined}
            onClick={() => (isForm(action) ? setForm(form === action ? null : action) : tap(action))}
          >
            {t.names[action]}
          </button>
        ))}
      </div>
      {form !== null && <ActionForm key={form} alert={alert} form={form} onDone={() => setForm(null)} />}
    </section>
  );
}
