import { useState } from 'preact/hooks';
import { type AuditEntry, type AuditKind, auditKinds } from '../../../../gateway/model/audit.ts';
import { api } from '../api/client.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';
import { TableHead } from './table-head.tsx';
import { useAnswer } from './use-answer.ts';

interface Filter {
  readonly who: string;
  readonly about: string;
  readonly kind: AuditKind | '';
}

const everything: Filter = { who: '', about: '', kind: '' };

/** What was asked for is what stands in the call; its words are those of the API's own page. */
const withoutPrefix = (text: string): string => text.replace('/api/v1/', '/');

function EntryRow({ entry }: { entry: AuditEntry }) {
  const t = words.value.audit;
  const what = withoutPrefix(entry.object ?? entry.act);
  return (
    <tr>
      <th scope="row">{clockTime(entry.at, now.value)}</th>
      <td data-label={t.who}>
        {entry.who ?? t.nobody}
        {entry.role !== null && <span class="bundled">{entry.role}</span>}
      </td>
      <td data-label={t.kind}>{t.kinds[entry.kind]}</td>
      <td data-label={t.what}>
        <code class="call">{entry.object === null ? what : `${entry.act.split(' ')[0]} ${what}`}</code>
      </td>
      <td data-label={t.outcome}>{entry.outcome}</td>
      <td data-label={t.from}>{entry.address ?? '–'}</td>
    </tr>
  );
}

function Entries({
  filter,
  before,
  onOlder,
}: {
  filter: Filter;
  before: number | null;
  onOlder: (at: number) => void;
}) {
  const [loaded] = useAnswer(JSON.stringify([filter, before]), () => api.audit({ ...filter, before }));
  const t = words.value.audit;
  if (loaded.kind === 'asking') return <p class="nothing">{words.value.detail.askingShort}</p>;
  if (loaded.kind === 'failed') return <p class="nothing">{loaded.why}</p>;
  const { audit, next } = loaded.body;
  return (
    <>
      {audit.length === 0 ? (
        <p class="nothing">{next === null ? t.none : t.noneHere}</p>
      ) : (
        <div class="card">
          <table class="table audit">
            <TableHead titles={[t.at, t.who, t.kind, t.what, t.outcome, t.from]} />
            <tbody>
              {audit.map((entry) => (
                <EntryRow key={entry.position} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next !== null && (
        <p class="page-more">
          <button class="button" type="button" onClick={() => onOlder(next)}>
            {t.older}
          </button>
        </p>
      )}
    </>
  );
}

/** Who did what, for auditors. */
export function AuditPage() {
  const [filter, setFilter] = useState<Filter>(everything);
  const [before, setBefore] = useState<number | null>(null);
  const t = words.value.audit;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget instanceof HTMLFormElement ? event.currentTarget : undefined);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    setFilter({ who: text('who'), about: text('about'), kind: auditKinds.find((one) => one === text('kind')) ?? '' });
    setBefore(null);
  };
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {t.title}
      </h1>
      <p class="page-intro">{t.intro}</p>
      <form class="filters" onSubmit={onSubmit}>
        <label class="field">
          <span>{t.who}</span>
          <input name="who" maxLength={64} autoComplete="off" />
        </label>
        <label class="field">
          <span>{t.about}</span>
          <input name="about" maxLength={64} autoComplete="off" />
        </label>
        <label class="field">
          <span>{t.kind}</span>
          <select name="kind">
            <option value="">{t.all}</option>
            {auditKinds.map((kind) => (
              <option key={kind} value={kind}>
                {t.kinds[kind]}
              </option>
            ))}
          </select>
        </label>
        <button class="button" type="submit">
          {t.show}
        </button>
      </form>
      <Entries filter={filter} before={before} onOlder={setBefore} />
      {before !== null && (
        <p class="page-more">
          <button class="button" type="button" onClick={() => setBefore(null)}>
            {t.newest}
          </button>
        </p>
      )}
    </section>
  );
}
