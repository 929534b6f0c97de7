import { findSession } from '../state/session.ts';
import { type SignedOutWhy, session } from '../state/store.ts';
import { words } from '../text/language.ts';
import { LanguageChoice } from './language-choice.tsx';
import { Drop } from './marks.tsx';
import { PasswordForm } from './password-form.tsx';
import { Words } from './words.tsx';

function saysOf(why: SignedOutWhy): string {
  const t = words.value;
  if (why === 'signed-out') return t.signIn.signedOut;
  if (why === 'ended') return t.signIn.ended;
  return why === 'session-over' ? t.refused.sessionOver : why.problem;
}

/** The page for a person who is not signed in: how to get a link, and why the last one did not work. */
export function SignIn() {
  const state = session.value;
  const t = words.value;
  if (state.kind === 'asking') {
    return (
      <main class="gate" aria-busy="true">
        <p class="gate-wait">{t.signIn.looking}</p>
      </main>
    );
  }
  return (
    <main class="gate">
      <div class="gate-card">
        <p class="brand brand-large">
          <Drop /> {t.product}
        </p>
        <h1>{t.appName}</h1>
        {state.kind === 'unreachable' ? (
          <>
            <p class="gate-says" role="alert">
              {t.signIn.unreachable}
            </p>
            <button class="button primary" type="button" onClick={() => void findSession(null)}>
              {t.signIn.tryAgain}
            </button>
          </>
        ) : (
          <>
            {state.kind === 'signed-out' && state.says !== null && (
              <p class="gate-says" role="alert">
                <Words text={saysOf(state.says)} />
              </p>
            )}
            <h2>{t.signIn.passwordTitle}</h2>
            <PasswordForm />
            <h2>{t.signIn.linkTitle}</h2>
            <p>{t.signIn.link}</p>
            <p>{t.signIn.noLink}</p>
            <p class="gate-command">
              <code>infusion-gateway user link --name NAME --role nurse</code>
            </p>
            <p class="quiet">{t.signIn.demo}</p>
          </>
        )}
      </div>
      <LanguageChoice />
      <p class="foot">{t.supplementary}</p>
    </main>
  );
}
