import { findSession } from '../state/session.ts';
import { session } from '../state/store.ts';
import { Drop } from './marks.tsx';
import { Words } from './words.tsx';

/** The page for a person who is not signed in: how to get a link, and why the last one did not work. */
export function SignIn() {
  const state = session.value;
  if (state.kind === 'asking') {
    return (
      <main class="gate" aria-busy="true">
        <p class="gate-wait">Looking for your session…</p>
      </main>
    );
  }
  return (
    <main class="gate">
      <div class="gate-card">
        <p class="brand brand-large">
          <Drop /> Infusion gateway
        </p>
        <h1>Nurse console</h1>
        {state.kind === 'unreachable' ? (
          <>
            <p class="gate-says" role="alert">
              The gateway does not answer. Alerts may be waiting that this screen cannot show.
            </p>
            <button class="button primary" type="button" onClick={() => void findSession(null)}>
              Try again
            </button>
          </>
        ) : (
          <>
            {state.kind === 'signed-out' && state.says !== null && (
              <p class="gate-says" role="alert">
                <Words text={state.says} />
              </p>
            )}
            <h2>Sign in with a link</h2>
            <p>Open the one-time link you were given in this browser. It works once.</p>
            <p>No link? Ask the person who runs the gateway to make one for you with this command:</p>
            <p class="gate-command">
              <code>infusion-gateway user link --name NAME --role nurse</code>
            </p>
            <p class="quiet">The demo prints a link when it starts: restart it to get a new one.</p>
          </>
        )}
      </div>
      <p class="foot">Supplementary to the pump's own alarm.</p>
    </main>
  );
}
