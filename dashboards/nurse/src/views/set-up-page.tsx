import { useState } from 'preact/hooks';
import { api, gatewayNow } from '../api/client.ts';
import { hashOf } from '../state/route.ts';
import { fleet } from '../state/store.ts';
import { words } from '../text/language.ts';
import { useAnswer } from './use-answer.ts';

const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** An id that says nothing about the patient. */
const opaqueId = (kind: string): string =>
  `${kind}-${[...crypto.getRandomValues(new Uint8Array(8))].map((byte) => letters[byte % letters.length]).join('')}`;

const empty = {
  name: '',
  record: '',
  caregiver: '',
  phone: '',
  pump: '',
  drug: '',
  jcode: '',
  pumpCode: '',
  rate: '',
  volume: '',
};
type Filled = typeof empty;
type FieldName = keyof Filled;

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text.replace(',', '.')));

interface Step {
  readonly path: string;
  readonly body: object;
}

/** What is written, in the order in which each may refer to the one before. Ids are made once, so a retry goes on. */
function stepsOf(filled: Filled, agency: string, ids: { patient: string; assignment: string; order: string }): Step[] {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const from = new Date(gatewayNow()).toISOString().slice(0, 10);
  const { patient } = ids;
  const pump = fleet.value.pumps.get(filled.pump);
  const identity = {
    name: filled.name.trim(),
    recordNumber: filled.record.trim() || null,
    caregiver: filled.caregiver.trim() || null,
    caregiverPhone: filled.phone.replace(/[\s().-]/g, '') || null,
  };
  const order = {
    drug: filled.drug.trim(),
    jcode: filled.jcode.trim().toUpperCase(),
    modifiers: [],
    pumpCode: filled.pumpCode,
  };
  const amounts = { rateMlH: numberOf(filled.rate), volumeMl: numberOf(filled.volume), schedule: null };
  return [
    { path: `/registry/patients/${patient}`, body: { agency, zone, from, to: null } },
    { path: `/patients/${patient}/identity`, body: identity },
    {
      path: `/registry/pumps/${encodeURIComponent(filled.pump)}`,
      body: { agency, model: pump?.model ?? null, serial: pump?.serial ?? null, from, to: null },
    },
    {
      path: `/registry/assignments/${ids.assignment}`,
      body: { pump: filled.pump, patient, from: Math.round(gatewayNow()), to: null },
    },
    { path: `/registry/orders/${ids.order}`, body: { patient, ...order, ...amounts, from, to: null } },
  ];
}

function SetUpForm({ agency, pumpCodes }: { agency: string; pumpCodes: readonly string[] }) {
  const [filled, setFilled] = useState<Filled>(empty);
  const [ids] = useState(() => ({ patient: opaqueId('pt'), assignment: opaqueId('as'), order: opaqueId('or') }));
  const [written, setWritten] = useState(0);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const t = words.value.setUp;
  const steps = stepsOf(filled, agency, ids);
  const done = written === steps.length;

  const write = async () => {
    setBusy(true);
    setRefused(null);
    let next = written;
    for (const { path, body } of steps.slice(written)) {
      const answer = await api.putNew(path, body);
      // A pump that the registry holds already needs no second record.
      const there = path.startsWith('/registry/pumps/') && answer.result === 'problem' && answer.problem.status === 412;
      if (answer.result !== 'ok' && !there) {
        setRefused(
          answer.result === 'offline'
            ? words.value.detail.noAnswer
            : [answer.problem.title, answer.problem.detail].filter(Boolean).join(' '),
        );
        break;
      }
      next += 1;
    }
    setWritten(next);
    setBusy(false);
  };

  const field = (name: FieldName, required: boolean, mode: 'text' | 'decimal' | 'tel' = 'text', pattern?: string) => (
    <label class="field">
      <span>{t.fields[name]}</span>
      <input
        required={required}
        inputMode={mode}
        autocomplete="off"
        {...(pattern === undefined ? {} : { pattern })}
        value={filled[name]}
        onInput={(event) => setFilled({ ...filled, [name]: event.currentTarget.value })}
      />
    </label>
  );

  if (done) {
    return (
      <div class="card padded" role="status">
        <h2>{t.done}</h2>
        <p>
          {t.doneAs(ids.patient)}{' '}
          <a class="text-link" href={hashOf({ view: 'pump', id: filled.pump })}>
            {filled.pump}
          </a>
        </p>
      </div>
    );
  }
  return (
    <form
      class="set-up"
      onSubmit={(event) => {
        event.preventDefault();
        void write();
      }}
    >
      <fieldset class="card padded" disabled={busy || written > 0}>
        <legend class="sr-only">{words.value.patient}</legend>
        <h2>{words.value.patient}</h2>
        {field('name', true)}
        {field('record', false)}
        {field('caregiver', false)}
        {field('phone', false, 'tel', '\\+[1-9][0-9 ().\\-]{6,20}')}
      </fieldset>
      <fieldset class="card padded" disabled={busy || written > 0}>
        <legend class="sr-only">{words.value.pump}</legend>
        <h2>{words.value.pump}</h2>
        <label class="field">
          <span>{t.fields.pump}</span>
          <select
            required
            value={filled.pump}
            onChange={(event) => setFilled({ ...filled, pump: event.currentTarget.value })}
          >
            <option value="">{t.pickPump}</option>
            {[...fleet.value.pumps.keys()].sort().map((id) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
        <p class="quiet after">{t.pumpHint}</p>
      </fieldset>
      <fieldset class="card padded" disabled={busy || written > 0}>
        <legend class="sr-only">{t.order}</legend>
        <h2>{t.order}</h2>
        {field('drug', true)}
        {field('jcode', true, 'text', '[A-Za-z0-9][0-9]{3}[A-Za-z0-9]')}
        <label class="field">
          <span>{t.fields.pumpCode}</span>
          <select
            required
            value={filled.pumpCode}
            onChange={(event) => setFilled({ ...filled, pumpCode: event.currentTarget.value })}
          >
            <option value="">{t.pickPumpCode}</option>
            {pumpCodes.map((code) => (
              <option key={code} value={code}>
                {[code, t.pumpCodes[code]].filter(Boolean).join(': ')}
              </option>
            ))}
          </select>
        </label>
        {field('rate', false, 'decimal', '[0-9]+([.,][0-9]+)?')}
        {field('volume', false, 'decimal', '[0-9]+([.,][0-9]+)?')}
      </fieldset>
      {refused !== null && (
        <p class="notice" role="alert">
          {refused}
        </p>
      )}
      <button class="button primary" type="submit" disabled={busy}>
        {written > 0 ? t.again : t.write}
      </button>
    </form>
  );
}

/** The first patient: who it is, which pump runs for them, what was ordered. */
export function SetUpPage() {
  const [loaded] = useAnswer('agencies', api.agencies);
  const [codes] = useAnswer('pump-codes', api.pumpCodes);
  const t = words.value.setUp;
  const agency = loaded.kind === 'known' ? loaded.body.records[0]?.record.id : undefined;
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {t.title}
      </h1>
      <p class="page-intro">{t.intro}</p>
      {loaded.kind === 'failed' && <p class="nothing">{loaded.why}</p>}
      {loaded.kind === 'known' && agency === undefined && <p class="nothing">{t.noAgency}</p>}
      {codes.kind === 'failed' && <p class="nothing">{codes.why}</p>}
      {agency !== undefined && codes.kind === 'known' && <SetUpForm agency={agency} pumpCodes={codes.body.codes} />}
    </section>
  );
}
