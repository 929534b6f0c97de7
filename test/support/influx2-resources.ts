/** A request to the resources of InfluxDB 2.x, as they matter here. */
export interface ResourceRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ResourceAnswer {
  readonly status: number;
  readonly body: object;
}

interface Bucket {
  readonly id: string;
  readonly orgID: string;
  readonly name: string;
  retentionRules: readonly unknown[];
}

interface Mapping {
  readonly id: string;
  readonly orgID: string;
  readonly bucketID: string;
  readonly database: string;
  readonly retention_policy: string;
  readonly default: boolean;
}

const ORG_ID = '0123456789abcdef';

/**
 * Organisation, buckets and DBRP mappings as InfluxDB OSS 2.7 keeps them. InfluxDB v2 API reference: `GET /api/v2/orgs`,
 * `GET|POST /api/v2/buckets`, `PATCH /api/v2/buckets/{id}`, `GET|POST /api/v2/dbrps`; virtual mappings: page "Database and
 * retention policy mapping". A bucket `a/b` is `b` of database `a`, one without a slash is `autogen` of its own name.
 */
export class Influx2Resources {
  readonly #org: string;
  readonly #buckets: Bucket[] = [];
  readonly #mappings: Mapping[] = [];
  #ids = 0;
  /** Requests that changed something. */
  changes = 0;

  constructor(org: string) {
    this.#org = org;
  }

  add(name: string, retentionRules: readonly unknown[] = []): Bucket {
    const bucket = { id: this.#newId(), orgID: ORG_ID, name, retentionRules };
    this.#buckets.push(bucket);
    return bucket;
  }

  has(bucket: string): boolean {
    return this.#buckets.some(({ name }) => name === bucket);
  }

  answer({ method, path, query, body }: ResourceRequest): ResourceAnswer | undefined {
    if (method !== 'GET') this.changes += 1;
    if (method === 'GET' && path === '/api/v2/orgs') return this.#orgs(query);
    if (method === 'GET' && path === '/api/v2/buckets') {
      return { status: 200, body: { buckets: this.#buckets.filter(({ name }) => name === query.get('name')) } };
    }
    if (method === 'POST' && path === '/api/v2/buckets') return this.#makeBucket(body);
    const patched = /^\/api\/v2\/buckets\/([^/]+)$/.exec(path)?.[1];
    if (method === 'PATCH' && patched !== undefined) return this.#patchBucket(patched, body);
    if (method === 'GET' && path === '/api/v2/dbrps') return this.#listMappings(query);
    if (method === 'POST' && path === '/api/v2/dbrps') return this.#makeMapping(body);
    return undefined;
  }

  #orgs(query: URLSearchParams): ResourceAnswer {
    if (query.get('org') !== this.#org) {
      return { status: 404, body: { code: 'not found', message: `organization name "${query.get('org')}" not found` } };
    }
    return { status: 200, body: { orgs: [{ id: ORG_ID, name: this.#org }] } };
  }

  #makeBucket({ orgID, name, retentionRules }: ResourceRequest['body']): ResourceAnswer {
    if (orgID !== ORG_ID || typeof name !== 'string' || !Array.isArray(retentionRules)) return invalid('bad bucket');
    if (this.has(name)) {
      return { status: 422, body: { code: 'conflict', message: `bucket with name ${name} already exists` } };
    }
    return { status: 201, body: this.add(name, retentionRules) };
  }

  #patchBucket(id: string, { retentionRules }: ResourceRequest['body']): ResourceAnswer {
    const bucket = this.#buckets.find((one) => one.id === id);
    if (!bucket) return { status: 404, body: { code: 'not found', message: 'bucket not found' } };
    if (Array.isArray(retentionRules)) bucket.retentionRules = retentionRules;
    return { status: 200, body: bucket };
  }

  #listMappings(query: URLSearchParams): ResourceAnswer {
    const virtual = this.#buckets
      .filter(({ id }) => !this.#mappings.some(({ bucketID }) => bucketID === id))
      .map(({ id, name }) => {
        const slash = name.indexOf('/');
        const database = slash < 0 ? name : name.slice(0, slash);
        const policy = slash < 0 ? 'autogen' : name.slice(slash + 1);
        return {
          id,
          orgID: ORG_ID,
          bucketID: id,
          database,
          retention_policy: policy,
          default: slash < 0,
          virtual: true,
        };
      });
    const content = [...this.#mappings, ...virtual].filter(
      (one) => one.database === query.get('db') && one.retention_policy === query.get('rp'),
    );
    return { status: 200, body: { content } };
  }

  #makeMapping(body: ResourceRequest['body']): ResourceAnswer {
    const { bucketID, database, retention_policy: policy } = body;
    if (typeof bucketID !== 'string' || typeof database !== 'string' || typeof policy !== 'string') {
      return invalid('bad mapping');
    }
    const mapping = { orgID: ORG_ID, bucketID, database, retention_policy: policy, default: body['default'] === true };
    const made = { id: this.#newId(), ...mapping };
    this.#mappings.push(made);
    return { status: 201, body: made };
  }

  #newId(): string {
    this.#ids += 1;
    return this.#ids.toString(16).padStart(16, '0');
  }
}

const invalid = (message: string): ResourceAnswer => ({ status: 400, body: { code: 'invalid', message } });
