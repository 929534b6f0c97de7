import { Value } from 'typebox/value';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { formProblems } from '#model/form-problems.ts';
import { type PatientIdentity, patientIdentitySchema, type Versioned } from '#model/registry.ts';
import { badRecord } from './registry.ts';
import { readRecord } from './registry-records.ts';
import { openText, sealText } from './sealed-text.ts';

const collection = 'patient-identity';
const versions = 'patient-identity-versions';

type Sealed = Versioned<string>;

/** Name, record number and phone of each patient: the only place that has them, sealed with a key that is kept elsewhere. */
export class PatientIdentities {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #key: () => Buffer;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>, key: () => Buffer) {
    this.#store = store;
    this.#clock = clock;
    this.#key = key;
  }

  /** @throws GatewayError `key-mismatch` */
  get(patient: string): Versioned<PatientIdentity> | undefined {
    const sealed = this.#store.get<Sealed>(collection, patient);
    return sealed && { ...sealed, record: this.#open(sealed, patient) };
  }

  list(): readonly { readonly patient: string; readonly identity: PatientIdentity }[] {
    return this.#store
      .list<Sealed>(collection)
      .map(({ key, value }) => ({ patient: key, identity: this.#open(value, key) }));
  }

  /** The same again makes no new version. @throws GatewayError `not-found`, `bad-request`, `version-conflict` */
  put(
    patient: string,
    identity: unknown,
    options: { readonly by: string; readonly version?: number },
  ): Versioned<PatientIdentity> {
    const problems = formProblems(patientIdentitySchema, identity);
    if (problems.length > 0 || !Value.Check(patientIdentitySchema, identity)) throw badRecord(problems);
    return this.#store.transact((tx) => {
      if (!readRecord(tx, 'patients', patient)) throw new GatewayError('not-found', 'There is no patient of that id.');
      const before = tx.get<Sealed>(collection, patient);
      const stands = before?.version ?? 0;
      if (options.version !== undefined && options.version !== stands) {
        throw new GatewayError('version-conflict', `The record is at version ${stands}.`);
      }
      if (before && Value.Equal(this.#open(before, patient), identity)) return { ...before, record: identity };
      const record = sealText(this.#key(), JSON.stringify(identity), patient);
      const stored = { version: stands + 1, at: this.#clock.wall(), by: options.by };
      tx.put(collection, patient, { ...stored, record });
      tx.put(versions, `${patient}/${String(stored.version).padStart(9, '0')}`, { ...stored, record });
      return { ...stored, record: identity };
    });
  }

  #open(sealed: Sealed, patient: string): PatientIdentity {
    const identity: unknown = JSON.parse(openText(this.#key(), sealed.record, patient));
    if (Value.Check(patientIdentitySchema, identity)) return identity;
    throw new GatewayError('key-mismatch', '');
  }
}
