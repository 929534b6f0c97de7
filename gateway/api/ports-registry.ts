import type { FormProblem } from '#model/form-problems.ts';
import type { PolicyVersion } from '#model/policy-version.ts';
import type { PatientIdentity, RegistryKind, RegistryRecords, Versioned } from '#model/registry.ts';

/** Who writes, and on top of which version; 0 for a new record. */
export interface WriteOptions {
  readonly by: string;
  readonly version: number;
}

export interface RegistryPort {
  get<K extends RegistryKind>(kind: K, id: string): Versioned<RegistryRecords[K]> | undefined;
  /** In order of id. */
  list<K extends RegistryKind>(kind: K): readonly Versioned<RegistryRecords[K]>[];
  history<K extends RegistryKind>(kind: K, id: string): readonly Versioned<RegistryRecords[K]>[];
  /** Whose the record is, or would be; null when what it refers to is unknown. */
  agencyOfRecord<K extends RegistryKind>(kind: K, record: RegistryRecords[K]): string | null;
  /** @throws GatewayError `bad-request`, `version-conflict` */
  put<K extends RegistryKind>(kind: K, record: unknown, options: WriteOptions): Versioned<RegistryRecords[K]>;
  /** @throws GatewayError `not-found`, `bad-request`, `version-conflict` */
  end<K extends RegistryKind>(
    kind: K,
    id: string,
    to: string | number,
    options: WriteOptions,
  ): Versioned<RegistryRecords[K]>;
  identity(patient: string): Versioned<PatientIdentity> | undefined;
  putIdentity(patient: string, identity: PatientIdentity, options: WriteOptions): Versioned<PatientIdentity>;
  /** All of a file or nothing of it. */
  importFile(
    file: unknown,
    options: { readonly by: string; readonly dryRun: boolean },
  ): { readonly written: number; readonly problems: readonly FormProblem[] };
  exportFile(): Record<string, object[]>;
}

/** The numbers of the alert rules, and what they were. */
export interface PolicyPort {
  /** The newest first: the first of them is in force. */
  versions(): readonly PolicyVersion[];
  get(version: number): PolicyVersion | undefined;
}
