import { type FactKind, factKinds, isFactKind } from '#model/benefit-facts.ts';
import type { FormProblem } from '#model/form-problems.ts';
import type { Signature } from '#model/service-view.ts';
import type { FactDraft } from './fact-book.ts';
import { checkContent, instantOf } from './fact-form.ts';

export type ReadFacts =
  | { readonly ok: true; readonly drafts: readonly FactDraft[] }
  | { readonly ok: false; readonly problems: readonly FormProblem[] };

/** Beside the content of a row: whose it is, under which id, and by whom and when it was signed. */
const envelope: ReadonlySet<string> = new Set(['patient', 'kind', 'id', 'signedBy', 'signedAt']);

/**
 * Facts from rows of a file, or every problem of all rows at once: nothing is taken then. `where` begins with the number
 * of the row, from 1. A `kind` that all rows share may be given apart; a service says its own kind as `service`.
 */
export function readFacts(rows: readonly unknown[], shared?: FactKind): ReadFacts {
  const drafts: FactDraft[] = [];
  const problems: FormProblem[] = [];
  const first = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    const read = readRow(row, shared);
    const at = `row ${i + 1}`;
    problems.push(...read.problems.map(({ where, problem }) => ({ where: `${at}${where && `: ${where}`}`, problem })));
    if (!read.draft) continue;
    const key = JSON.stringify([read.draft.patient, read.draft.kind, read.draft.id]);
    const before = first.get(key);
    if (before === undefined) first.set(key, i + 1);
    else problems.push({ where: `${at}: id`, problem: `stands in row ${before} already` });
    drafts.push(read.draft);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, drafts };
}

function readRow(row: unknown, shared: FactKind | undefined): { draft?: FactDraft; problems: readonly FormProblem[] } {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return { problems: [{ where: '', problem: 'must be an object' }] };
  }
  const parts = new Map<string, unknown>(Object.entries(row));
  const [patient, id] = [parts.get('patient'), parts.get('id')];
  const kind = shared ?? parts.get('kind');
  const problems: FormProblem[] = [
    ...(isText(patient) ? [] : [{ where: 'patient', problem: 'must be the id of a patient' }]),
    ...(isText(id) ? [] : [{ where: 'id', problem: 'must be an id of your own, that stays the same' }]),
  ];
  if (typeof kind !== 'string' || !isFactKind(kind)) {
    return { problems: [...problems, { where: 'kind', problem: `must be one of ${factKinds.join(', ')}` }] };
  }
  const own = new Map([...parts].filter(([key]) => !envelope.has(key)));
  if (kind === 'service') {
    own.set('kind', own.get('service') ?? parts.get('kind'));
    own.delete('service');
  }
  const checked = checkContent(kind, Object.fromEntries(own));
  const signed = signatureOf(parts, own);
  problems.push(...signed.problems, ...(checked.ok ? [] : checked.problems));
  if (problems.length > 0 || !checked.ok || !isText(patient) || !isText(id)) return { problems };
  return {
    draft: { patient, kind, id, content: checked.content, signature: signed.signature, corrects: null },
    problems,
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 64;

/** The professional's signature, as another system has it. */
function signatureOf(
  parts: ReadonlyMap<string, unknown>,
  content: ReadonlyMap<string, unknown>,
): { readonly signature: Signature | null; readonly problems: readonly FormProblem[] } {
  const by = parts.get('signedBy') ?? null;
  const at = parts.get('signedAt') ?? null;
  if (by === null && at === null) return { signature: null, problems: [] };
  const [performer, credential] = [content.get('performer'), content.get('credential')];
  const signedAt = instantOf(at);
  const problems = [
    ...(typeof by === 'string' && by === performer
      ? []
      : [{ where: 'signedBy', problem: 'must be the performer, who alone signs a service' }]),
    ...(signedAt !== null ? [] : [{ where: 'signedAt', problem: 'must be the point in time of the signature' }]),
  ];
  if (problems.length > 0 || signedAt === null || typeof by !== 'string' || typeof credential !== 'string') {
    return { signature: null, problems };
  }
  return { signature: { by, credential, at: signedAt }, problems };
}
