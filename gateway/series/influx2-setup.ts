import Type, { type Static, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { GatewayError } from '#kernel/errors.ts';
import { MINUTES_POLICY } from './series-store.ts';
import { lasting, retentionStep, type SetupPlan, type SetupStep, secondsOf } from './store-setup.ts';

/** Sends one request to the API of InfluxDB 2.x and gives the JSON of its answer. */
export type CallInflux2 = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) => Promise<unknown>;

const Orgs = Type.Object({ orgs: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) });
const Bucket = Type.Object({
  id: Type.String(),
  name: Type.String(),
  retentionRules: Type.Array(Type.Object({ everySeconds: Type.Integer() })),
});
const Buckets = Type.Object({ buckets: Type.Array(Bucket) });
const Mappings = Type.Object({
  content: Type.Array(
    Type.Object({
      bucketID: Type.String(),
      database: Type.String(),
      retention_policy: Type.String(),
      virtual: Type.Optional(Type.Boolean()),
    }),
  ),
});

/** Name of the retention policy under which InfluxQL finds the bucket of readings. */
const READINGS_POLICY = 'autogen';

/**
 * Makes both buckets, and the mappings by which InfluxQL finds them, where they are missing. Needs a token that may write
 * buckets and mappings of the organisation. Idempotent. InfluxDB OSS 2.7 API: orgs, buckets, dbrps.
 */
export async function setUpInflux2(
  call: CallInflux2,
  target: { readonly org: string; readonly bucket: string; readonly database: string },
  plan: SetupPlan,
): Promise<readonly SetupStep[]> {
  const { org, bucket, database } = target;
  const { orgs } = shaped(Orgs, await call('GET', `/api/v2/orgs?${new URLSearchParams({ org })}`));
  const orgID = orgs.find(({ name }) => name === org)?.id;
  if (orgID === undefined) throw new GatewayError('peer-denied', `Set-up: 404 organization name "${org}" not found`);
  const steps: SetupStep[] = [];
  for (const { name, days, policy } of [
    { name: bucket, days: plan.retention.rawDays, policy: READINGS_POLICY },
    { name: `${bucket}/${MINUTES_POLICY}`, days: plan.retention.rollupDays, policy: MINUTES_POLICY },
  ]) {
    const { id, step } = await haveBucket(call, orgID, name, secondsOf(days), plan);
    steps.push(step, await haveMapping(call, orgID, id, database, policy));
  }
  return steps;
}

async function haveBucket(
  call: CallInflux2,
  orgID: string,
  name: string,
  everySeconds: number,
  plan: SetupPlan,
): Promise<{ readonly id: string; readonly step: SetupStep }> {
  const thing = `bucket "${name}"`;
  const retentionRules = [{ type: 'expire', everySeconds }];
  const present = await findBucket(call, orgID, name);
  if (!present) {
    const made = shaped(Bucket, await call('POST', '/api/v2/buckets', { orgID, name, retentionRules }));
    return { id: made.id, step: { thing, state: 'made', detail: lasting(everySeconds) } };
  }
  // No rule means for ever.
  const before = present.retentionRules[0]?.everySeconds ?? 0;
  const step = await retentionStep(thing, before, everySeconds, plan, () =>
    call('PATCH', `/api/v2/buckets/${present.id}`, { retentionRules }),
  );
  return { id: present.id, step };
}

/** Some versions answer an unknown name with an empty list, others with 404. */
async function findBucket(call: CallInflux2, orgID: string, name: string): Promise<Static<typeof Bucket> | undefined> {
  try {
    const answer = await call('GET', `/api/v2/buckets?${new URLSearchParams({ orgID, name })}`);
    return shaped(Buckets, answer).buckets.find((bucket) => bucket.name === name);
  } catch (error) {
    if (error instanceof GatewayError && / 404 /.test(error.detail)) return undefined;
    throw error;
  }
}

/** A virtual mapping, which the server makes up from the bucket's name, does as well as a written one. */
async function haveMapping(
  call: CallInflux2,
  orgID: string,
  bucketID: string,
  database: string,
  policy: string,
): Promise<SetupStep> {
  const thing = `InfluxQL name "${database}"."${policy}"`;
  const query = new URLSearchParams({ orgID, db: database, rp: policy });
  const { content } = shaped(Mappings, await call('GET', `/api/v2/dbrps?${query}`));
  const present = content.find((one) => one.database === database && one.retention_policy === policy);
  if (present?.bucketID === bucketID) return { thing, state: 'there', detail: 'mapped' };
  if (present && present.virtual !== true) {
    return { thing, state: 'differs', detail: 'it is mapped to another bucket, trends would come from there' };
  }
  const mapping = { orgID, bucketID, database, retention_policy: policy, default: policy === READINGS_POLICY };
  await call('POST', '/api/v2/dbrps', mapping);
  return { thing, state: 'made', detail: 'mapped' };
}

function shaped<T extends TSchema>(schema: T, answer: unknown): Static<T> {
  if (Check(schema, answer)) return answer;
  throw new GatewayError('peer-unavailable', 'Set-up: the answer is not of the form InfluxDB 2 gives.');
}
