import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServiceView } from '../../../../gateway/model/service-view.ts';
import { api } from '../api/client.ts';
import { words } from '../text/language.ts';
import { whyNot } from './use-answer.ts';

/** A point in time as the field of the browser writes it: local, without a zone. */
function fieldOf(at: number | null): string {
  if (at === null) return '';
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The time that was typed; the old one to the second where its field was left alone. */
const timeOf = (field: string, before: number | null): number | null =>
  field === fieldOf(before) ? before : field === '' ? null : new Date(field).getTime();

/** Corrects what was recorded. The old version stays, so a reason is asked, and it has to be signed again. */
export function CorrectionDialog(props: {
  patient: string;
  service: ServiceView;
  onDone: () => void;
  onClose: () => void;
}) {
  const { patient, service, onDone, onClose } = props;
  const [start, setStart] = useState(fieldOf(service.start));
  const [end, setEnd] = useState(fieldOf(service.end));
  const [finding, setFinding] = useState(service.finding ?? '');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const t = words.value.monitoring;

  const send = async () => {
    setBusy(true);
    setRefused(null);
    const change = {
      start: timeOf(start, service.start),
      end: timeOf(end, service.end),
      finding: finding.trim() === '' ? null : finding.trim(),
    };
    const answer = await api.correctService(patient, service.id, service.version, reason.trim(), change);
    setBusy(false);
    if (answer.result === 'ok') onDone();
    else setRefused(whyNot(answer));
  };

  const time = (label: string, value: string, set: (text: string) => void, required: boolean) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="datetime-local"
        required={required}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );

  return (
    <dialog ref={dialog} aria-labelledby="correction-title" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <h2 id="correction-title">{t.correction}</h2>
        {time(t.start, start, setStart, true)}
        {time(t.end, end, setEnd, service.end !== null)}
        <label class="field">
          <span>{t.finding}</span>
          <textarea
            rows={2}
            maxLength={4_000}
            value={finding}
            onInput={(event) => setFinding(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t.reason}</span>
          <input required maxLength={2_000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <p class="quiet after">{t.afterwards}</p>
        {refused !== null && (
          <p class="notice" role="alert">
            {refused}
          </p>
        )}
        <div class="actions">
          <button class="button" type="button" onClick={() => dialog.current?.close()}>
            {words.value.act.cancel}
          </button>
          <button class="button primary" type="submit" disabled={busy || reason.trim() === ''}>
            {t.keep}
          </button>
        </div>
      </form>
    </dialog>
  );
}
