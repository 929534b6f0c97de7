import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { ContactPoint, OnCallRole, OnCallView } from '../api/wire.ts';
import { now } from '../state/store.ts';
import { canSubscribe, subscribe } from '../state/worker.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';
import { useAnswer } from './use-answer.ts';

const duties: readonly OnCallRole[] = ['primary', 'backup', 'supervisor', 'pharmacist', 'technician'];

function Duties({ view }: { view: OnCallView }) {
  const t = words.value.onCall;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{t.role}</th>
          <th scope="col">{t.nowColumn}</th>
          <th scope="col">{t.nextColumn}</th>
        </tr>
      </thead>
      <tbody>
        {duties.map((duty) => {
          const current = view.now.filter(({ role }) => role === duty);
          const next = view.next.find(({ role }) => role === duty);
          return (
            <tr key={duty}>
              <th scope="row">{t.roles[duty]}</th>
              <td data-label={t.nowColumn}>
                {current.length === 0
                  ? t.none
                  : current.map(({ person, to }) => t.until(person, clockTime(to, now.value))).join(', ')}
              </td>
              <td data-label={t.nextColumn}>
                {next === undefined ? '–' : t.from(next.person, clockTime(next.from, now.value))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Point({ point }: { point: ContactPoint }) {
  const [says, setSays] = useState<string | null>(null);
  const t = words.value.onCall;
  const test = async () => {
    const answer = await api.testPage(point.id);
    if (answer.result === 'ok') setSays(answer.body.problem ?? t.sent);
    else setSays(answer.result === 'offline' ? words.value.detail.noAnswer : answer.problem.title);
  };
  return (
    <li class="point">
      <div>
        <strong>{t.channels[point.channel] ?? point.channel}</strong>
        <p class="quiet">
          {point.channel === 'push' ? null : `${point.address} · `}
          {point.confirmedAt === null ? t.unconfirmed : t.confirmed}
        </p>
        {says !== null && <p role="status">{says}</p>}
      </div>
      <button class="button" type="button" onClick={() => void test()}>
        {t.test}
      </button>
    </li>
  );
}

function Reach() {
  const [loaded, again] = useAnswer('me', api.myContacts);
  const [refused, setRefused] = useState<string | null>(null);
  const t = words.value.onCall;
  const onSubscribe = async () => {
    setRefused(await subscribe());
    again();
  };
  return (
    <section class="card padded">
      <h2>{t.reach}</h2>
      {loaded.kind === 'failed' && <p class="quiet">{loaded.why}</p>}
      {loaded.kind === 'known' && loaded.body.points.length === 0 && <p>{t.noPoints}</p>}
      {loaded.kind === 'known' && (
        <ul>
          {loaded.body.points.map((point) => (
            <Point key={point.id} point={point} />
          ))}
        </ul>
      )}
      {canSubscribe && (
        <button class="button" type="button" onClick={() => void onSubscribe()}>
          {t.subscribe}
        </button>
      )}
      {refused !== null && <p role="alert">{t.subscribeFailed}</p>}
    </section>
  );
}

/** Who answers now and next, where nobody does, and whether a page would reach the reader. */
export function OnCallPage() {
  const [loaded] = useAnswer('on-call', api.onCall);
  const t = words.value.onCall;
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {t.title}
      </h1>
      {loaded.kind === 'asking' && <p class="nothing">{words.value.detail.askingShort}</p>}
      {loaded.kind === 'failed' && <p class="nothing">{loaded.why}</p>}
      {loaded.kind === 'known' && (
        <>
          <section class="card" aria-label={t.now}>
            <Duties view={loaded.body} />
          </section>
          <section class="card padded">
            <h2>{t.gaps}</h2>
            {loaded.body.gaps.length === 0 && <p>{t.noGaps}</p>}
            <ul>
              {loaded.body.gaps.map((gap) => (
                <li key={`${gap.role} ${gap.from}`}>
                  {t.gap(t.roles[gap.role], clockTime(gap.from, now.value), clockTime(gap.to, now.value))}{' '}
                  <span class="quiet" lang="en">
                    {gap.why}
                  </span>
                </li>
              ))}
            </ul>
          </section>
          <Reach />
        </>
      )}
    </section>
  );
}
