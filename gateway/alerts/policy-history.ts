import { Value } from 'typebox/value';
import type { Clock } from '#kernel/clock.ts';
import type { StateReader, StateStore } from '#kernel/state-store.ts';
import type { PolicySource, PolicyVersion } from '#model/policy-version.ts';
import type { AlertPolicy } from './policy.ts';

const stream = 'alert-policies';
const PAGE = 1_000;

type Stored = {
  readonly from: number;
  readonly by: string;
  readonly source: PolicySource;
  readonly policy: AlertPolicy;
};

/** Every policy that was ever in force, since when and by whom. Rows are added and never changed. */
export class PolicyHistory {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** From now on this one is in force. The same numbers again, from the same source, are no new version. */
  note(policy: AlertPolicy, source: PolicySource, by: string): PolicyVersion<AlertPolicy> {
    return this.#store.transact((tx) => {
      const stands = at(tx, tx.last(stream));
      if (stands?.source === source && Value.Equal(stands.policy, policy)) return stands;
      const stored: Stored = { from: this.#clock.wall(), by, source, policy };
      return viewOf(tx.append(stream, stored), stored);
    });
  }

  get(version: number): PolicyVersion<AlertPolicy> | undefined {
    return at(this.#store, version);
  }

  /** The newest first: the first of them is in force. */
  versions(): readonly PolicyVersion<AlertPolicy>[] {
    const found: PolicyVersion<AlertPolicy>[] = [];
    for (let after = 0; after < this.#store.last(stream); ) {
      const rows = this.#store.read<Stored>(stream, after, PAGE);
      for (const { position, value } of rows) found.push(viewOf(position, value));
      after = rows.at(-1)?.position ?? Number.POSITIVE_INFINITY;
    }
    return found.reverse();
  }
}

function at(store: StateReader, version: number): PolicyVersion<AlertPolicy> | undefined {
  const [row] = version < 1 ? [] : store.read<Stored>(stream, version - 1, 1);
  return row && viewOf(row.position, row.value);
}

const viewOf = (version: number, stored: Stored): PolicyVersion<AlertPolicy> => ({
  version,
  name: stored.policy.version,
  ...stored,
});
