import { useState } from 'preact/hooks';
import type { Handover } from '../../../../gateway/model/handover.ts';
import { type Answer, api } from '../api/client.ts';
import type { HandoverView } from '../api/wire.ts';
import { me, minute, now, openAlerts } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';
import { HandoverList } from './handover-list.tsx';
import { useAnswer, whyNot } from './use-answer.ts';

/** How far it has come, in sentences. */
function Standing({ view }: { view: HandoverView }) {
  const t = words.value.handover;
  const { due, items, signed } = view;
  if (due === null && signed === null) return <p class="notice">{t.none}</p>;
  const { outgoing, incoming } = signed ?? due ?? { outgoing: '', incoming: '' };
  const newer =
    signed === null ? 0 : items.filter((item) => !signed.items.some((on) => on.alert === item.alert)).length;
  const says = [
    t.due(outgoing, incoming),
    signed === null ? t.waitsForSign(outgoing) : t.signed(outgoing, clockTime(signed.signedAt, now.value)),
    signed === null
      ? null
      : signed.acceptedAt === null
        ? t.waitsForAccept(incoming)
        : t.accepted(incoming, clockTime(signed.acceptedAt, now.value)),
    (signed?.acceptedAt ?? null) === null ? t.pagesBoth : null,
    newer > 0 ? t.newer(newer) : null,
  ];
  return (
    <p class="notice" role="status">
      {says.filter((said) => said !== null).join(' ')}
    </p>
  );
}

/** A few words and one button: to sign, or to accept. */
function WordsForm(props: {
  title: string;
  label: string;
  button: string;
  hint?: string;
  first: string;
  ready: (said: string) => boolean;
  send: (said: string) => Promise<Answer<Handover>>;
  onDone: (handover: Handover) => void;
}) {
  const [said, setSaid] = useState(props.first);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const submit = async () => {
    setBusy(true);
    setRefused(null);
    const answer = await props.send(said.trim());
    setBusy(false);
    if (answer.result === 'ok') props.onDone(answer.body);
    else setRefused(whyNot(answer));
  };
  return (
    <form
      class="card padded no-print"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2>{props.title}</h2>
      <label class="field">
        <span>{props.label}</span>
        <textarea rows={3} maxLength={4_000} value={said} onInput={(event) => setSaid(event.currentTarget.value)} />
      </label>
      {props.hint !== undefined && <p class="quiet after">{props.hint}</p>}
      {refused !== null && (
        <p class="notice" role="alert">
          {refused}
        </p>
      )}
      <div class="actions">
        <button class="button primary" type="submit" disabled={busy || !props.ready(said)}>
          {props.button}
        </button>
      </div>
    </form>
  );
}

function Said({ title, text }: { title: string; text: string }) {
  return (
    <section class="card padded">
      <h2>{title}</h2>
      <p class="said">{text === '' ? words.value.handover.noNote : text}</p>
    </section>
  );
}

function HandoverSteps({ view, onChange }: { view: HandoverView; onChange: (handover: Handover) => void }) {
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const t = words.value.handover;
  const { due, signed } = view;
  const items = signed?.items ?? view.items;
  const signs = due?.outgoing === me.value;
  const accepts = signed !== null && signed.acceptedAt === null && due?.incoming === me.value;
  const urgent = items.filter(({ priority }) => priority === 'high').map(({ alert }) => alert);
  const taking = {
    taken,
    set: (alert: string, on: boolean) =>
      setTaken(on ? new Set(taken).add(alert) : new Set([...taken].filter((other) => other !== alert))),
  };
  return (
    <>
      <Standing view={view} />
      <HandoverList items={items} taking={accepts ? taking : undefined} />
      {signed !== null && <Said title={t.awareness} text={signed.note} />}
      {signed?.synthesis != null && <Said title={t.synthesis} text={signed.synthesis} />}
      {signs && (
        <WordsForm
          title={t.awareness}
          label={t.note}
          button={signed === null ? t.sign : t.signAgain}
          first={signed?.note ?? ''}
          ready={() => true}
          send={api.signHandover}
          onDone={onChange}
        />
      )}
      {accepts && (
        <WordsForm
          title={t.synthesis}
          label={t.ownWords}
          button={t.accept}
          hint={t.tickFirst}
          first=""
          ready={(said) => said.trim() !== '' && urgent.every((alert) => taken.has(alert))}
          send={(said) => api.acceptHandover(urgent, said)}
          onDone={onChange}
        />
      )}
    </>
  );
}

/** At a change of shift: what goes over, signed by who goes and accepted by who comes. */
export function HandoverPage() {
  // Asked again when an alert changes, and each minute for the shift.
  const alerts = openAlerts.value.map(({ id, version }) => `${id} ${version}`).join();
  const [loaded, again] = useAnswer(`${alerts} ${minute.value}`, api.handover);
  // Once it is accepted no handover is due any more, but whoever accepted wants to read and print it.
  const [accepted, setAccepted] = useState<Handover | null>(null);
  const t = words.value.handover;
  const onChange = (handover: Handover) => {
    if (handover.acceptedAt !== null) setAccepted(handover);
    again();
  };
  const known = loaded.kind === 'known' ? loaded.body : null;
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {t.title}
      </h1>
      <p class="page-intro no-print">{t.intro}</p>
      {loaded.kind === 'asking' && <p class="nothing">{words.value.detail.askingShort}</p>}
      {loaded.kind === 'failed' && <p class="nothing">{loaded.why}</p>}
      {known !== null && (
        <div class="handover-page">
          <HandoverSteps
            key={known.signed?.signedAt ?? 'unsigned'}
            view={known.due === null && accepted !== null ? { ...known, signed: accepted } : known}
            onChange={onChange}
          />
          <button class="button no-print" type="button" onClick={() => window.print()}>
            {t.print}
          </button>
        </div>
      )}
    </section>
  );
}
