import { Value } from 'typebox/value';
import { type FormProblem, formProblems } from '#model/form-problems.ts';
import { registryKinds } from '#model/registry.ts';
import type { PatientIdentities } from './patient-identities.ts';
import type { Registry } from './registry.ts';
import { identityRowSchema, type RegistryFile } from './registry-file.ts';

export interface ImportResult {
  /** Versions written; 0 when there are problems. */
  readonly written: number;
  readonly problems: readonly FormProblem[];
}

/** Writes all that a file holds, or nothing and tells every problem. The same file twice writes nothing the second time. */
export function importRegistry(
  registry: Registry,
  identities: PatientIdentities,
  file: RegistryFile,
  options: { readonly by: string; readonly dryRun?: boolean },
): ImportResult {
  const rows = file.identities.map((row) => (Value.Check(identityRowSchema, row) ? row : null));
  const newPatients = new Set((file.records.patients ?? []).map(idOf));
  const misplaced = rows.flatMap((row, i) =>
    row === null || newPatients.has(row.patient) || registry.get('patients', row.patient)
      ? []
      : [{ where: `identities[${i}].patient`, problem: `${row.patient} is not in the registry` }],
  );
  const form = file.identities.flatMap((row, i) => formProblems(identityRowSchema, row, `identities[${i}]`));
  const ofIdentities = [...form, ...misplaced];
  const records = registry.putAll(file.records, options, (options.dryRun ?? false) || ofIdentities.length > 0);
  const problems = [...records.problems, ...ofIdentities];
  if (problems.length > 0 || options.dryRun) return { written: 0, problems };
  let { written } = records;
  for (const row of rows) {
    if (row === null) continue;
    const { patient, ...given } = row;
    const before = identities.get(patient);
    // What a file does not speak of stays as it is.
    const { version } = identities.put(patient, { ...before?.record, ...given }, options);
    if (version !== before?.version) written += 1;
  }
  return { written, problems };
}

/** The records that stand, in the form that `importRegistry` takes. */
export function exportRegistry(registry: Registry): Record<string, object[]> {
  return Object.fromEntries(registryKinds.map((kind) => [kind, registry.list(kind).map(({ record }) => record)]));
}

const idOf = (record: unknown): unknown =>
  typeof record === 'object' && record !== null && 'id' in record ? record.id : undefined;
