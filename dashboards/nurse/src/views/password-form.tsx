import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { session } from '../state/store.ts';
import { words } from '../text/language.ts';
import { whyNot } from './use-answer.ts';

/** Sign-in for those who have a password. Password managers know the fields by their names. */
export function PasswordForm() {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const t = words.value.signIn;
  const send = async (form: HTMLFormElement) => {
    const filled = new FormData(form);
    setBusy(true);
    const answer = await api.signInByPassword(String(filled.get('name')).trim(), String(filled.get('password')));
    setBusy(false);
    if (answer.result === 'ok') session.value = { kind: 'signed-in', person: answer.body };
    else setRefused(whyNot(answer));
  };
  return (
    <form
      class="gate-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      <label class="field">
        <span>{t.name}</span>
        <input name="name" autocomplete="username" autocapitalize="none" maxLength={64} required />
      </label>
      <label class="field">
        <span>{t.password}</span>
        <input name="password" type="password" autocomplete="current-password" maxLength={1024} required />
      </label>
      {refused !== null && (
        <p class="gate-says" role="alert">
          {refused}
        </p>
      )}
      <button class="button primary" type="submit" disabled={busy}>
        {t.enter}
      </button>
    </form>
  );
}
