import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roles } from '#model/role.ts';
import { sampleAlert } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

/** Looking at these tells nothing of a patient, so that looking is not written down. */
const notLooks = new Set([
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /api/openapi.json',
  'GET /',
  'GET /a/:code',
  'GET /a/reply.js',
  'GET /a/reply.css',
  'GET /api/v1/me',
  'GET /api/v1/me/sign-ins',
  'GET /api/v1/push/key',
  'GET /api/v1/system',
  'GET /api/v1/on-call',
  'GET /api/v1/on-call/shifts',
  'GET /api/v1/on-call/schedule',
  'GET /api/v1/staff/:id/contacts',
]);

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;
let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi();
});
afterEach(() => twins.api.close());

const trail = () => twins.audit.page({ limit: 1_000 }).audit;
const call = (method: (typeof methods)[number], url: string, headers = {}, payload?: object) =>
  twins.api.app.inject({ method, url, headers, ...(payload && { payload }) });

it('no route can be called without being written down, but for looks that concern no patient', async () => {
  const admin = twins.bearer('admin');
  const told: string[] = [];
  const silent: string[] = [];
  for (const { method, url } of twins.api.routes) {
    const known = methods.find((one) => one === method);
    if (known === undefined || url === '/api/v1/events') continue;
    const before = trail().length;
    // Each with ids of its own, since the same look within a minute is one entry.
    await call(known, url.replace(/:\w+/g, `x${told.length}`), admin, known === 'GET' ? undefined : {});
    (trail().length > before ? told : silent).push(`${method} ${url}`);
  }
  expect(silent.toSorted()).toEqual([...notLooks].toSorted());
  expect(told.length).toBeGreaterThan(80);
});

it('an entry says who did what to which thing, from where, and what came of it', async () => {
  const nurse = twins.bearer('nurse', 'agency-1');
  await call('POST', `/api/v1/alerts/${sampleAlert.id}/ack`, nurse, { version: 1, note: 'Mrs. Example is fine' });
  const [entry] = trail();
  expect(entry).toMatchObject({
    kind: 'write',
    who: 'a nurse',
    role: 'nurse',
    agency: 'agency-1',
    act: 'POST /api/v1/alerts/:id/ack',
    object: `/api/v1/alerts/${sampleAlert.id}/ack`,
    address: '127.0.0.1',
  });
  expect(JSON.stringify(trail())).not.toContain('Example');
});

describe('a call that is refused', () => {
  it('is written down with the person who may not', async () => {
    await call('GET', '/api/v1/alerts', twins.bearer('billing'));
    expect(trail()).toMatchObject([{ kind: 'refused', who: 'a billing', outcome: 403 }]);
  });

  it('is written down when nobody is signed in, once a minute', async () => {
    for (let i = 0; i < 3; i += 1) await call('GET', '/api/v1/alerts');
    expect(trail()).toMatchObject([{ kind: 'refused', who: null, outcome: 401 }]);
  });
});

it('signing in and out is written down, and no secret of it', async () => {
  const link = twins.access.addLink('ana', 'nurse');
  const refused = await call('POST', '/api/v1/session', {}, { token: 'not-a-link' });
  expect(refused.statusCode).toBe(410);
  const response = await call('POST', '/api/v1/session', {}, { token: link });
  const cookie = String(response.headers['set-cookie']).split(';')[0] ?? '';
  await call('DELETE', '/api/v1/session', { cookie });
  expect(trail().map(({ kind, who }) => [kind, who])).toEqual([
    ['sign-out', 'ana'],
    ['sign-in', 'ana'],
    ['refused', null],
  ]);
  expect(JSON.stringify(trail())).not.toContain(link);
});

it('what is typed into an address is kept only where it has the form of an id', async () => {
  await call('GET', '/api/v1/pumps/%3Cscript%3E', twins.bearer('nurse'));
  await call('GET', '/api/v1/readings?pump=pump-1', twins.bearer('nurse'));
  expect(trail().map(({ object }) => object)).toEqual(['/api/v1/readings?pump=pump-1', '/api/v1/pumps/-']);
});

describe('GET /api/v1/audit', () => {
  it('answers newest first, page by page, and counts as a look itself', async () => {
    const auditor = twins.bearer('auditor');
    for (const pump of ['p1', 'p2', 'p3']) await call('GET', `/api/v1/pumps/${pump}`, twins.bearer('nurse'));
    const first = (await call('GET', '/api/v1/audit?limit=2', auditor)).json();
    expect(first.audit.map(({ object }: { object: string }) => object)).toEqual([
      '/api/v1/pumps/p3',
      '/api/v1/pumps/p2',
    ]);
    const second = (await call('GET', `/api/v1/audit?limit=2&before=${first.next}`, auditor)).json();
    expect(second).toMatchObject({ audit: [{ position: 1, outcome: 404 }], next: null });
    expect((await call('GET', '/api/v1/audit?about=p2', auditor)).json().audit).toHaveLength(1);
    expect(trail()[0]).toMatchObject({ kind: 'read', act: 'GET /api/v1/audit' });
  });

  it('shows people of an agency what people of that agency did', async () => {
    await call('GET', '/api/v1/pumps/p1', twins.bearer('nurse', 'north'));
    await call('GET', '/api/v1/pumps/p2', twins.bearer('nurse', 'south'));
    await call('GET', '/api/v1/pumps/p3', twins.bearer('nurse'));
    const seen = (await call('GET', '/api/v1/audit', twins.bearer('auditor', 'north'))).json();
    expect(seen.audit.map(({ agency }: { agency: string }) => agency)).toEqual(['north']);
  });

  it.each(roles.filter((role) => role !== 'auditor' && role !== 'admin'))('is not for the role %s', async (role) => {
    expect((await call('GET', '/api/v1/audit', twins.bearer(role))).statusCode).toBe(403);
  });
});
