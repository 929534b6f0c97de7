import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { minutesBucket } from '../../gateway/series/influx2.ts';

/**
 * Gives the gateway a token of InfluxDB 2 that reads and writes its two buckets and nothing else. Takes the operator token
 * and the names from the same variables as the gateway; `influx setup` must have made the buckets. Writes the new token to
 * the file named as the argument; a file whose token still sees both is left alone. API: InfluxDB OSS 2.x,
 * `GET /api/v2/buckets`, `POST /api/v2/authorizations`.
 */
const [file] = process.argv.slice(2);
const url = setting('INFUSION_INFLUX_URL');
const org = setting('INFUSION_INFLUX_ORG');
const readings = setting('INFUSION_INFLUX_BUCKET');
const bucketNames = [readings, minutesBucket(readings)];
const operator = readFileSync(setting('INFUSION_INFLUX_TOKEN_FILE'), 'utf8').trim();

interface Bucket {
  readonly id: string;
  readonly orgID: string;
}

if (file === undefined) throw new Error('Name the file that the token is to be written to.');
const present = await readToken(file);
if (present !== undefined && (await buckets(present)).missing.length === 0) {
  process.stdout.write('the token of the gateway works\n');
} else {
  const { found, missing } = await buckets(operator);
  if (missing.length > 0)
    throw new Error(`InfluxDB shows no bucket ${missing.join(', ')} in ${org} to the operator token.`);
  writeFileSync(`${file}.new`, await makeToken(found), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  process.stdout.write('a new token of the gateway is written\n');
}

/** The buckets that this token sees, and the names of those it does not. */
async function buckets(token: string): Promise<{ found: Bucket[]; missing: string[] }> {
  const found: Bucket[] = [];
  const missing: string[] = [];
  for (const name of bucketNames) {
    const bucket = await findBucket(name, token);
    if (bucket) found.push(bucket);
    else missing.push(name);
  }
  return { found, missing };
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value;
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

async function findBucket(name: string, token: string): Promise<Bucket | undefined> {
  const query = new URLSearchParams({ org, name });
  const response = await fetch(`${url}/api/v2/buckets?${query}`, { headers: { authorization: `Token ${token}` } });
  if (response.status === 401 || response.status === 403 || response.status === 404) return undefined;
  if (!response.ok) throw new Error(`InfluxDB answers ${response.status}: ${await response.text()}`);
  const answer: { buckets?: Bucket[] } = JSON.parse(await response.text());
  return answer.buckets?.[0];
}

async function makeToken(found: readonly Bucket[]): Promise<string> {
  const permissions = found.flatMap(({ id, orgID }) =>
    ['read', 'write'].map((action) => ({ action, resource: { type: 'buckets', id, orgID } })),
  );
  const orgID = found[0]?.orgID;
  const response = await fetch(`${url}/api/v2/authorizations`, {
    method: 'POST',
    headers: { authorization: `Token ${operator}`, 'content-type': 'application/json' },
    body: JSON.stringify({ orgID, description: 'infusion-gateway', permissions }),
  });
  if (response.status !== 201) throw new Error(`InfluxDB answers ${response.status}: ${await response.text()}`);
  const answer: { token?: string } = JSON.parse(await response.text());
  if (!answer.token) throw new Error('InfluxDB made no token.');
  return answer.token;
}
