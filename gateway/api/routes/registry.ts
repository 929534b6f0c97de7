import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { localDateAt } from '#model/calendar.ts';
import {
  type RegistryKind,
  type RegistryRecords,
  registryKinds,
  registrySchemas,
  type Versioned,
} from '#model/registry.ts';
import type { Person } from '#model/role.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { Permission } from '../permissions.ts';
import type { RegistryPort } from '../ports-registry.ts';
import { conditionHeaders, versionSeen, withETag } from '../versions.ts';

const tags = ['registry'];
const strict = { additionalProperties: false } as const;
const params = Type.Object({ id: Type.String() });

/** Who may write a kind. Who works here and who is an agency decides about rights, so that is for administrators. */
const writers: Readonly<Record<RegistryKind, Permission>> = {
  agencies: 'registry:admin',
  'supplier-spans': 'registry:admin',
  staff: 'registry:admin',
  patients: 'registry:write',
  hubs: 'devices:write',
  pumps: 'devices:write',
  assignments: 'devices:write',
  orders: 'orders:write',
  limits: 'orders:write',
  plans: 'registry:write',
};

const oneOfKind: Readonly<Record<RegistryKind, string>> = {
  agencies: 'an agency',
  'supplier-spans': 'a span of qualified supply',
  staff: 'a staff member',
  patients: 'a patient, opaque',
  hubs: 'a hub',
  pumps: 'a pump',
  assignments: 'an assignment of a pump to a patient',
  orders: 'an order',
  limits: 'a limit of one patient',
  plans: 'a plan of care',
};

/** Put, end, list and history of each kind of record. Nothing is deleted. */
export function addRegistryRoutes(app: ApiApp, registry: RegistryPort): void {
  for (const kind of registryKinds) {
    addReads(app, kind, registry);
    addWrites(app, kind, registry);
  }
  addFileRoutes(app, registry);
}

function addReads<K extends RegistryKind>(app: ApiApp, kind: K, registry: RegistryPort): void {
  const config = { needs: 'registry:read', scope: 'own' } as const;
  const versioned = versionedSchema(kind);
  app.get(
    `/registry/${kind}`,
    {
      config,
      schema: {
        summary: `${kind}, in order of id`,
        tags,
        querystring: Type.Object(
          {
            after: Type.Optional(Type.String({ description: 'the `next` of the page before' })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
            at: Type.Optional(Type.Integer({ description: 'Unix ms; only what holds then' })),
            patient: Type.Optional(Type.String()),
            pump: Type.Optional(Type.String()),
          },
          strict,
        ),
        response: {
          200: Type.Object({ records: Type.Array(versioned), next: Type.Union([Type.String(), Type.Null()]) }),
        },
      },
    },
    (request) => {
      const { after = '', limit = 100, at, patient, pump } = request.query;
      const { person } = identityOf(request);
      const found = registry
        .list(kind)
        .filter(({ record }) => record.id > after && sees(registry, person, kind, record))
        .filter(({ record }) => at === undefined || holdsAt(record, at))
        .filter(({ record }) => patient === undefined || ('patient' in record && record.patient === patient))
        .filter(({ record }) => pump === undefined || ('pump' in record && record.pump === pump));
      const records = found.slice(0, limit);
      return { records, next: found.length > limit ? (records.at(-1)?.record.id ?? null) : null };
    },
  );

  app.get(
    `/registry/${kind}/:id`,
    { config, schema: { summary: `${oneOfKind[kind]}, as it stands`, tags, params, response: { 200: versioned } } },
    (request, reply) => withETag(reply, theirs(registry, identityOf(request).person, kind, request.params.id)),
  );

  app.get(
    `/registry/${kind}/:id/history`,
    {
      config,
      schema: {
        summary: `Every version of ${oneOfKind[kind]}, oldest first`,
        tags,
        params,
        response: { 200: Type.Object({ versions: Type.Array(versioned) }) },
      },
    },
    (request) => {
      const { id } = theirs(registry, identityOf(request).person, kind, request.params.id).record;
      return { versions: [...registry.history(kind, id)] };
    },
  );
}

function addWrites<K extends RegistryKind>(app: ApiApp, kind: K, registry: RegistryPort): void {
  const config = { needs: writers[kind], scope: 'own' } as const;
  const { id: _id, ...fields } = registrySchemas[kind].properties;
  const versioned = versionedSchema(kind);
  app.put(
    `/registry/${kind}/:id`,
    {
      config,
      schema: {
        summary: `Write ${oneOfKind[kind]}; If-Match or If-None-Match says on top of what`,
        tags,
        params,
        headers: conditionHeaders,
        body: Type.Object(fields, strict),
        response: { 200: versioned },
      },
    },
    (request, reply) => {
      const { person } = identityOf(request);
      const { id } = request.params;
      if (registry.get(kind, id)) theirs(registry, person, kind, id);
      const options = { by: person.name, version: versionSeen(request) };
      const record: RecordRefs = { ...bodyOf(request.body), id };
      return withETag(
        reply,
        allowed(registry, person, record, () => registry.put(kind, record, options)),
      );
    },
  );

  app.post(
    `/registry/${kind}/:id/end`,
    {
      config,
      schema: {
        summary: `End ${oneOfKind[kind]}: the last date on which it holds, or the instant at which it ceases to`,
        tags,
        params,
        headers: conditionHeaders,
        body: Type.Object({ to: endSchema(kind) }, strict),
        response: { 200: versioned },
      },
    },
    (request, reply) => {
      const { person } = identityOf(request);
      const { id } = theirs(registry, person, kind, request.params.id).record;
      const { to } = request.body;
      return withETag(reply, registry.end(kind, id, to, { by: person.name, version: versionSeen(request) }));
    },
  );
}

function addFileRoutes(app: ApiApp, registry: RegistryPort): void {
  const problem = Type.Object({ where: Type.String(), problem: Type.String() });
  app.post(
    '/registry/import',
    {
      config: { needs: 'registry:admin' },
      bodyLimit: 8 * 1024 * 1024,
      schema: {
        summary: 'Write the records of a file, all of them or none; lists every problem',
        tags,
        querystring: Type.Object({ dryRun: Type.Optional(Type.Enum(['true', 'false'])) }, strict),
        body: Type.Record(Type.String(), Type.Array(Type.Unknown()), {
          description: 'a list for each kind of record; `identities` holds names of patients',
        }),
        response: { 200: Type.Object({ written: Type.Integer(), problems: Type.Array(problem) }) },
      },
    },
    (request) => {
      const dryRun = request.query.dryRun === 'true';
      const { written, problems } = registry.importFile(request.body, { by: identityOf(request).person.name, dryRun });
      return { written, problems: [...problems] };
    },
  );
  app.get(
    '/registry/export',
    {
      config: { needs: 'registry:admin' },
      schema: {
        summary: 'The records that stand, without names of patients, in the form that import takes',
        tags,
        response: { 200: Type.Record(Type.String(), Type.Array(Type.Unknown())) },
      },
    },
    () => registry.exportFile(),
  );
}

/** A record of the caller's agency. @throws GatewayError `not-found` also when it is another's */
function theirs<K extends RegistryKind>(
  registry: RegistryPort,
  person: Person,
  kind: K,
  id: string,
): Versioned<RegistryRecords[K]> {
  const found = registry.get(kind, id);
  if (found && sees(registry, person, kind, found.record)) return found;
  throw new GatewayError('not-found', 'There is no record of that id.');
}

function sees<K extends RegistryKind>(
  registry: RegistryPort,
  { agency }: Person,
  kind: K,
  record: RegistryRecords[K],
): boolean {
  return agency === null || registry.agencyOfRecord(kind, record) === agency;
}

/** What decides whose a record will be. */
interface RecordRefs {
  readonly id: string;
  readonly agency?: unknown;
  readonly patient?: unknown;
}

/** Nobody writes a record into another agency. What it refers to is looked at before it is written. */
function allowed<R>(registry: RegistryPort, { agency }: Person, record: RecordRefs, write: () => R): R {
  if (agency === null) return write();
  const ofPatient =
    typeof record.patient === 'string' ? registry.get('patients', record.patient)?.record.agency : undefined;
  if ((record.agency ?? ofPatient) !== agency) {
    throw new GatewayError('forbidden', 'The record would belong to another agency.');
  }
  return write();
}

function holdsAt(record: RegistryRecords[RegistryKind], atMs: number): boolean {
  if (typeof record.from === 'number') return record.from <= atMs && (record.to === null || atMs < Number(record.to));
  const date = localDateAt(atMs, 'zone' in record ? record.zone : 'UTC');
  return record.from <= date && (record.to === null || date <= String(record.to));
}

const bodyOf = (body: unknown): object => (typeof body === 'object' && body !== null ? body : {});

const endSchema = (kind: RegistryKind) =>
  kind === 'assignments' || kind === 'limits'
    ? Type.Integer({ description: 'Unix ms' })
    : Type.String({ format: 'date', description: 'YYYY-MM-DD' });

/** The compiler cannot follow a schema chosen by kind, so its type is said beside it. */
const versionedSchema = <K extends RegistryKind>(kind: K) =>
  Type.Unsafe<Versioned<RegistryRecords[K]>>(
    Type.Object({
      record: registrySchemas[kind],
      version: Type.Integer(),
      at: Type.Integer({ description: 'when this version was written, Unix ms' }),
      by: Type.String({ description: 'who wrote it' }),
    }),
  );
