import type { StateReader } from '#kernel/state-store.ts';
import type { RegistryKind, RegistryRecords, Versioned } from '#model/registry.ts';

/** Where records lie in registry.db: the present version under its id, each version ever under `id/number`. */
const presentOf = (kind: RegistryKind) => `registry-${kind}`;
const versionsOf = (kind: RegistryKind) => `registry-${kind}-versions`;
/** Nine digits, so that versions sort as numbers do. An id holds no slash. */
const versionKey = (id: string, version: number) => `${id}/${String(version).padStart(9, '0')}`;

/** One row for each version, in the order of writing: how others learn what changed, whoever wrote it. */
export const changeStream = 'registry-changes';
export type RegistryChange = { readonly kind: RegistryKind; readonly id: string; readonly version: number };

export type Stored<K extends RegistryKind> = Versioned<RegistryRecords[K]>;
type Writer = StateReader & {
  put(collection: string, key: string, value: Stored<RegistryKind>): void;
  append(stream: string, value: RegistryChange): number;
};

export function readRecord<K extends RegistryKind>(store: StateReader, kind: K, id: string): Stored<K> | undefined {
  return store.get<Stored<K>>(presentOf(kind), id);
}

export function listRecords<K extends RegistryKind>(store: StateReader, kind: K): Stored<K>[] {
  return store.list<Stored<K>>(presentOf(kind)).map(({ value }) => value);
}

export function readVersions<K extends RegistryKind>(store: StateReader, kind: K, id: string): Stored<K>[] {
  return store.list<Stored<K>>(versionsOf(kind), `${id}/`).map(({ value }) => value);
}

export function writeRecord<K extends RegistryKind>(tx: Writer, kind: K, stored: Stored<K>): void {
  const { id } = stored.record;
  tx.put(presentOf(kind), id, stored);
  tx.put(versionsOf(kind), versionKey(id, stored.version), stored);
  tx.append(changeStream, { kind, id, version: stored.version });
}
