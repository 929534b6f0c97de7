import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { SignInView } from '../api/wire.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';
import { useAnswer, whyNot } from './use-answer.ts';

function SignInRow({ one, end }: { one: SignInView; end: () => void }) {
  const t = words.value.signIns;
  return (
    <tr>
      <th scope="row">{one.current ? t.here : (one.address ?? t.unknown)}</th>
      <td data-label={t.how}>{one.how === null ? t.unknown : t.ways[one.how]}</td>
      <td data-label={t.since}>{clockTime(one.createdAt, now.value)}</td>
      <td data-label={t.used}>{clockTime(one.usedAt, now.value)}</td>
      <td data-label={t.ends}>{clockTime(one.endsAt, now.value)}</td>
      <td>
        {!one.current && (
          <button class="button" type="button" onClick={end}>
            {t.end}
          </button>
        )}
      </td>
    </tr>
  );
}

/** Where the reader is signed in. The sign-in of this browser is ended by signing out. */
export function SignInsPage() {
  const [signIns, again] = useAnswer('sign-ins', () => api.signIns());
  const [refused, setRefused] = useState<string | null>(null);
  const t = words.value.signIns;
  const end = async (id: string) => {
    const answer = await api.endSignIn(id);
    setRefused(answer.result === 'ok' ? null : whyNot(answer));
    again();
  };
  return (
    <>
      <h1 id="page-title" class="page-title">
        {t.title}
      </h1>
      <p class="page-intro">{t.intro}</p>
      {refused !== null && (
        <p class="notice" role="alert">
          {refused}
        </p>
      )}
      {signIns.kind === 'failed' && <p class="nothing">{signIns.why}</p>}
      {signIns.kind === 'known' && (
        <div class="card">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t.where}</th>
                <th scope="col">{t.how}</th>
                <th scope="col">{t.since}</th>
                <th scope="col">{t.used}</th>
                <th scope="col">{t.ends}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {signIns.body.signIns.map((one) => (
                <SignInRow key={one.id} one={one} end={() => void end(one.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
