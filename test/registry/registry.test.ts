import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { GatewayError } from '#kernel/errors.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { minutes } from '#kernel/time.ts';
import { type RegistryKind, registryKinds } from '#model/registry.ts';
import { csvOfRows, fileOfCsv, fileOfJson } from '#registry/registry-file.ts';
import { exportRegistry, importRegistry } from '#registry/registry-import.ts';
import { filledRegistry, REGISTRY_START_MS, registryRig, sampleRecords } from '#support/registry-samples.ts';
import { TempDir } from '#support/temp-dir.ts';

const by = 'a test';

function problemsOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.detail}`;
    throw error;
  }
  return 'none';
}

describe.each(['memory', 'sqlite'])('the registry on a %s store', (kind) => {
  let dir: TempDir;
  let store: StateStore;
  beforeEach(() => {
    dir = new TempDir();
    store = kind === 'memory' ? new MemoryStateStore() : new SqliteStateStore(dir.file('registry.db'));
  });
  afterEach(() => {
    store.close();
    dir[Symbol.dispose]();
  });

  it('keeps every version, who wrote it and when', async () => {
    const { registry, clock } = filledRegistry(store);
    await clock.advance(minutes(5));
    const first = sampleRecords.orders[0];
    registry.put('orders', { ...first, rateMlH: 8 }, { by: 'a pharmacist', version: 1 });
    expect(registry.history('orders', 'order-n')).toEqual([
      { record: first, version: 1, at: REGISTRY_START_MS, by },
      { record: { ...first, rateMlH: 8 }, version: 2, at: REGISTRY_START_MS + 300_000, by: 'a pharmacist' },
    ]);
  });

  it('writes nothing for a record that stands, and tells of each change once', () => {
    const { registry } = filledRegistry(store);
    const before = registry.changes();
    registry.put('orders', sampleRecords.orders[0], { by });
    expect(registry.changes()).toBe(before);
    registry.put('orders', { ...sampleRecords.orders[0], volumeMl: null }, { by });
    expect(registry.changesAfter(before, 10)).toEqual([{ kind: 'orders', id: 'order-n', version: 2 }]);
  });

  it('refuses a version that is not the one that stands, and leaves all as it was', () => {
    const { registry } = filledRegistry(store);
    expect(problemsOf(() => registry.put('orders', sampleRecords.orders[0], { by, version: 0 }))).toMatch(
      /^version-conflict: The record is at version 1/,
    );
    expect(registry.history('orders', 'order-n')).toHaveLength(1);
  });

  it('ends a record and never forgets it', () => {
    const { registry } = filledRegistry(store);
    registry.end('orders', 'order-n', '2026-06-30', { by });
    expect(registry.get('orders', 'order-n')).toMatchObject({ version: 2, record: { to: '2026-06-30' } });
    expect(problemsOf(() => registry.end('orders', 'order-n', '2025-06-30', { by }))).toMatch(/to: is before `from`/);
    expect(problemsOf(() => registry.end('orders', 'nobody', '2026-06-30', { by }))).toMatch(/^not-found/);
  });

  it('lets a pump run for one patient at a time', () => {
    const { registry } = filledRegistry(store);
    registry.put('patients', { ...sampleRecords.patients[0], id: 'patient-m' }, { by });
    const next = { id: 'assign-2', pump: 'pump-n', patient: 'patient-m', from: REGISTRY_START_MS, to: null };
    expect(problemsOf(() => registry.put('assignments', next, { by }))).toMatch(
      /pump: runs for a patient in that time/,
    );
    registry.end('assignments', 'assign-n', REGISTRY_START_MS, { by });
    registry.put('assignments', next, { by });
    expect(registry.list('assignments').map(({ record }) => record.id)).toEqual(['assign-2', 'assign-n', 'assign-s']);
  });

  it('keeps agencies apart', () => {
    const { registry } = filledRegistry(store);
    const across = {
      id: 'x',
      pump: 'pump-s',
      patient: 'patient-n',
      from: REGISTRY_START_MS,
      to: REGISTRY_START_MS + 1,
    };
    expect(problemsOf(() => registry.put('assignments', across, { by }))).toMatch(/belongs to another agency/);
    expect(
      problemsOf(() => registry.put('patients', { ...sampleRecords.patients[0], agency: 'south' }, { by })),
    ).toMatch(/agency: cannot change/);
    expect(registry.agencyOf('orders', 'order-n')).toBe('north');
    expect(registry.agencyOf('orders', 'order-x')).toBeNull();
  });

  it('tells every problem of a file at once and writes none of it', () => {
    const { registry, identities } = registryRig(store);
    const file = fileOfJson(
      JSON.stringify({
        ...sampleRecords,
        patients: [
          { id: 'patient-n', agency: 'nowhere', zone: 'Mars/Olympus', from: '2026-02-30', to: null, name: 'x' },
          { ...sampleRecords.patients[1], agency: 'west' },
        ],
        orders: [{ ...sampleRecords.orders[0], jcode: 'milrinone', rateMlH: 0 }],
        identities: [{ patient: 'patient-q', name: ' ', recordNumber: null }],
      }),
    );
    const { problems, written } = importRegistry(registry, identities, file, { by });
    expect(problems.map(({ where }) => where).sort()).toEqual([
      'assignments[0].patient',
      'assignments[1].pump',
      'identities[0].name',
      'orders[0].jcode',
      'orders[0].rateMlH',
      'patients[0].from',
      'patients[0].name',
      'patients[0].zone',
      'patients[1].agency',
      'plans[0].patient',
    ]);
    expect([written, registry.changes()]).toEqual([0, 0]);
  });

  it('seals who a patient is, and opens it with its own key and in its own place only', () => {
    const { registry, identities } = filledRegistry(store);
    const who = { name: 'Quill Testperson', recordNumber: 'MRN-77' };
    identities.put('patient-n', who, { by, version: 0 });
    expect(identities.get('patient-n')).toMatchObject({ record: who, version: 1 });
    expect(problemsOf(() => identities.put('patient-x', who, { by }))).toMatch(/^not-found/);
    const other = registryRig(store, Buffer.alloc(32, 8));
    expect(problemsOf(() => other.identities.get('patient-n'))).toMatch(/^key-mismatch/);
    store.transact((tx) => tx.put('patient-identity', 'patient-s', tx.get('patient-identity', 'patient-n') ?? null));
    expect(problemsOf(() => identities.get('patient-s'))).toMatch(/^key-mismatch/);
    expect(JSON.stringify(exportRegistry(registry))).not.toContain('Quill');
    if (kind === 'sqlite') {
      const bytes = ['registry.db', 'registry.db-wal'].map((name) => readFileSync(dir.file(name), 'latin1')).join('');
      expect(bytes).toContain('patient-n');
      expect(bytes).not.toMatch(/Quill|MRN-77/);
    }
  });
});

describe('whom to call at the home', () => {
  it('is an E.164 number or nothing', () => {
    const { identities } = filledRegistry();
    const who = { name: 'Quill Testperson', recordNumber: null };
    for (const caregiverPhone of ['+13125550101', null]) {
      expect(identities.put('patient-n', { ...who, caregiverPhone }, { by }).record).toEqual({
        ...who,
        caregiverPhone,
      });
    }
    for (const caregiverPhone of ['3125550101', '+0312555010', '+1 312 555 0101', '+1', 'javascript:alert(1)']) {
      const put = () => identities.put('patient-n', { ...who, caregiverPhone }, { by });
      expect(problemsOf(put)).toMatch(/^bad-request.*caregiverPhone/);
    }
  });

  it('stays when a file of names does not speak of it, and comes in by one that does', () => {
    const { registry, identities } = filledRegistry();
    const bring = (text: string) => importRegistry(registry, identities, fileOfCsv('identities', text), { by }).written;
    expect(bring("patient,name,recordNumber,caregiverPhone\npatient-n,Quill,,'+13125550101\n")).toBe(1);
    expect(bring('patient,name,recordNumber\npatient-n,Quill T,M-1\n')).toBe(1);
    expect(bring('patient,name,recordNumber\npatient-n,Quill T,M-1\n')).toBe(0);
    const stands = { name: 'Quill T', recordNumber: 'M-1', caregiverPhone: '+13125550101' };
    expect(identities.get('patient-n')?.record).toEqual(stands);
  });
});

describe('files of the registry', () => {
  it('JSON and CSV bring every kind back as it was', () => {
    const { registry } = filledRegistry();
    const json = registryRig();
    importRegistry(json.registry, json.identities, fileOfJson(JSON.stringify(exportRegistry(registry))), { by });
    expect(exportRegistry(json.registry)).toEqual(exportRegistry(registry));
    const csv = registryRig();
    for (const kind of registryKinds) {
      const text = csvOfRows(
        kind,
        registry.list(kind).map(({ record }) => record),
      );
      expect(importRegistry(csv.registry, csv.identities, fileOfCsv(kind, text), { by })).toMatchObject({
        problems: [],
      });
    }
    expect(exportRegistry(csv.registry)).toEqual(exportRegistry(registry));
  });

  it('a spreadsheet runs nothing of an export, and the cell comes back as it was', () => {
    const agency = { ...sampleRecords.agencies[0], name: '=HYPERLINK("x")' };
    const text = csvOfRows('agencies', [agency]);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(fileOfCsv('agencies', text).records.agencies).toEqual([agency]);
  });

  it('whatever text comes in, a file is read or refused as bad', () => {
    const kinds = fc.constantFrom<RegistryKind | 'json'>('json', ...registryKinds);
    fc.assert(
      fc.property(kinds, fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[a-z,"\n']{0,40}$/)), (kind, text) => {
        const rig = registryRig();
        const outcome = problemsOf(() => {
          const file = kind === 'json' ? fileOfJson(text) : fileOfCsv(kind, text);
          importRegistry(rig.registry, rig.identities, file, { by });
        });
        expect(outcome).toMatch(/^none$|^bad-request: /);
      }),
    );
  });
});
