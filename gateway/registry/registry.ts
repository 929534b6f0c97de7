import { Value } from 'typebox/value';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import { type FormProblem, formProblems } from '#model/form-problems.ts';
import {
  type RegistryKind,
  type RegistryRecords,
  registryKinds,
  registrySchemas,
  type Versioned,
} from '#model/registry.ts';
import {
  changeStream,
  listRecords,
  type RegistryChange,
  readRecord,
  readVersions,
  type Stored,
  writeRecord,
} from './registry-records.ts';
import { agencyOf, misfits } from './registry-rules.ts';

/** Records of each kind to put together, as a file holds them. */
export type RegistryBatch = { readonly [K in RegistryKind]?: readonly unknown[] };

export interface PutOptions {
  readonly by: string;
  /** The version that the writer saw, 0 for a new record; undefined writes whatever stands there. */
  readonly version?: number;
}

/**
 * Agencies, patients, hubs, pumps, assignments, orders, plans and staff, each effective-dated. Nothing is deleted: a
 * record ends, and every version that ever stood is kept. Reads go to the store, so that what another process writes
 * (the command line beside a running gateway) holds at once.
 */
export class Registry {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>) {
    this.#store = store;
    this.#clock = clock;
  }

  get<K extends RegistryKind>(kind: K, id: string): Versioned<RegistryRecords[K]> | undefined {
    return readRecord(this.#store, kind, id);
  }

  /** All of a kind in order of id, ended ones included. */
  list<K extends RegistryKind>(kind: K): readonly Versioned<RegistryRecords[K]>[] {
    return listRecords(this.#store, kind);
  }

  /** Every version of a record, oldest first. */
  history<K extends RegistryKind>(kind: K, id: string): readonly Versioned<RegistryRecords[K]>[] {
    return readVersions(this.#store, kind, id);
  }

  agencyOf(kind: RegistryKind, id: string): string | null {
    const found = this.get(kind, id);
    return found ? agencyOf(this.#store, kind, found.record) : null;
  }

  /** The agency that a record would belong to. */
  agencyOfRecord<K extends RegistryKind>(kind: K, record: RegistryRecords[K]): string | null {
    return agencyOf(this.#store, kind, record);
  }

  /** How many versions were ever written. It rises with each change, by whomever it was made. */
  changes(): number {
    return this.#store.last(changeStream);
  }

  changesAfter(position: number, limit: number): readonly RegistryChange[] {
    return this.#store.read<RegistryChange>(changeStream, position, limit).map(({ value }) => value);
  }

  /**
   * Writes a record; the same again makes no new version.
   * @throws GatewayError `bad-request` with every problem, `version-conflict` when it is not at `version`
   */
  put<K extends RegistryKind>(kind: K, record: unknown, options: PutOptions): Versioned<RegistryRecords[K]> {
    return this.#store.transact((tx) => {
      const problems: FormProblem[] = [];
      const stored = this.#write(tx, kind, record, options, problems);
      if (!stored || problems.length > 0) throw badRecord(problems);
      return stored;
    });
  }

  /** Ends a record: a date is the last on which it holds, an instant the first at which it does not. */
  end<K extends RegistryKind>(
    kind: K,
    id: string,
    to: string | number,
    options: PutOptions,
  ): Versioned<RegistryRecords[K]> {
    const found = this.get(kind, id);
    if (!found) throw new GatewayError('not-found', 'There is no record of that id.');
    return this.put(kind, { ...found.record, to }, { version: found.version, ...options });
  }

  /** Everything wrong with a batch, without writing it. */
  check(batch: RegistryBatch): FormProblem[] {
    return this.putAll(batch, { by: 'check' }, true).problems;
  }

  /** Writes all of a batch, or nothing and tells all problems. Records that stand already make no new version. */
  putAll(
    batch: RegistryBatch,
    options: Pick<PutOptions, 'by'>,
    dryRun = false,
  ): { readonly written: number; readonly problems: FormProblem[] } {
    const problems: FormProblem[] = [];
    const before = this.changes();
    try {
      return this.#store.transact((tx) => {
        for (const kind of registryKinds) {
          const ids = new Set<string>();
          for (const [i, record] of (batch[kind] ?? []).entries()) {
            const found: FormProblem[] = [];
            const stored = this.#write(tx, kind, record, options, found);
            if (stored && ids.has(stored.record.id)) found.push({ where: 'id', problem: 'is here twice' });
            if (stored) ids.add(stored.record.id);
            problems.push(...found.map(({ where, problem }) => ({ where: placeIn(kind, i, where), problem })));
          }
        }
        if (dryRun || problems.length > 0) throw new NothingWritten();
        return { written: tx.last(changeStream) - before, problems };
      });
    } catch (error) {
      if (error instanceof NothingWritten) return { written: 0, problems };
      throw error;
    }
  }

  #write<K extends RegistryKind>(
    tx: StateTransaction,
    kind: K,
    record: unknown,
    { by, version }: PutOptions,
    problems: FormProblem[],
  ): Stored<K> | undefined {
    const form = formProblems(registrySchemas[kind], record);
    problems.push(...form);
    if (form.length > 0 || !isRecord(kind, record)) return undefined;
    const before = readRecord(tx, kind, record.id);
    const stands = before?.version ?? 0;
    if (version !== undefined && version !== stands) {
      throw new GatewayError('version-conflict', `The record is at version ${stands}.`);
    }
    problems.push(...misfits(tx, kind, record));
    if (before && Value.Equal(before.record, record)) return before;
    const stored: Stored<K> = { record, version: stands + 1, at: this.#clock.wall(), by };
    writeRecord(tx, kind, stored);
    return stored;
  }
}

/** Thrown to undo a transaction whose problems are told in another way. */
class NothingWritten extends Error {}

const isRecord = <K extends RegistryKind>(kind: K, value: unknown): value is RegistryRecords[K] =>
  Value.Check(registrySchemas[kind], value);

const placeIn = (kind: RegistryKind, i: number, where: string) => `${kind}[${i}]${where === '' ? '' : `.${where}`}`;

export function badRecord(problems: readonly FormProblem[]): GatewayError {
  return new GatewayError('bad-request', problems.map(({ where, problem }) => `${where}: ${problem}`).join('; '));
}
