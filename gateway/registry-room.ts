import { PolicyHistory } from '#alerts/policy-history.ts';
import type { RegistryPort } from '#api/ports-registry.ts';
import type { ScopePort, Subject } from '#api/scope.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import type { RegistryKind } from '#model/registry.ts';
import { KeyFolder } from '#registry/key-folder.ts';
import { PatientIdentities } from '#registry/patient-identities.ts';
import { Registry } from '#registry/registry.ts';
import { fileOfValue } from '#registry/registry-file.ts';
import { exportRegistry, importRegistry } from '#registry/registry-import.ts';
import type { Config } from './config/schema.ts';
import { keysDirOf } from './keys.ts';

/** The registry of a running gateway, and what the API needs of it. */
export interface RegistryRoom {
  readonly registry: Registry;
  readonly policies: PolicyHistory;
  readonly port: RegistryPort;
  readonly scope: ScopePort;
  close(): void;
}

const kindOf: Readonly<Record<Subject, RegistryKind>> = { patient: 'patients', pump: 'pumps', hub: 'hubs' };

export function openRegistry(path: string, config: Config, clock: Clock): RegistryRoom {
  const store = new SqliteStateStore(path);
  const keys = new KeyFolder(keysDirOf(config));
  const registry = new Registry(store, clock);
  const identities = new PatientIdentities(store, clock, () => keys.secret('patients'));
  const policies = new PolicyHistory(store, clock);
  return { ...portsOf(registry, identities), registry, policies, close: () => store.close() };
}

export function portsOf(
  registry: Registry,
  identities: PatientIdentities,
): { readonly port: RegistryPort; readonly scope: ScopePort } {
  const port: RegistryPort = {
    get: (kind, id) => registry.get(kind, id),
    list: (kind) => registry.list(kind),
    history: (kind, id) => registry.history(kind, id),
    agencyOfRecord: (kind, record) => registry.agencyOfRecord(kind, record),
    put: (kind, record, options) => registry.put(kind, record, options),
    end: (kind, id, to, options) => registry.end(kind, id, to, options),
    identity: (patient) => identities.get(patient),
    putIdentity: (patient, identity, options) => identities.put(patient, identity, options),
    importFile: (file, options) => importRegistry(registry, identities, fileOfValue(file), options),
    exportFile: () => exportRegistry(registry),
  };
  return { port, scope: { agencyOf: (subject, id) => registry.agencyOf(kindOf[subject], id) } };
}
