import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, roles } from '#model/role.ts';
import { sampleAlert } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

/**
 * Who may call what, written out. Columns: anonymous, then nurse, supervisor, pharmacist, technician, billing, auditor,
 * admin. `y` is let in, `n` is refused (401 for anonymous, 403 for a role).
 */
const matrix: Readonly<Record<string, string>> = {
  //                                   - n s p t b a A
  'GET /healthz': /*                */ 'y y y y y y y y',
  'GET /readyz': /*                 */ 'y y y y y y y y',
  'GET /metrics': /*                */ 'n n n n y n n y',
  'GET /api/openapi.json': /*       */ 'y y y y y y y y',
  'GET /': /*                       */ 'y y y y y y y y',
  'POST /api/v1/session': /*        */ 'y y y y y y y y',
  'DELETE /api/v1/session': /*      */ 'n y y y y y y y',
  'GET /api/v1/me': /*              */ 'n y y y y y y y',
  'GET /api/v1/me/sign-ins': /*     */ 'n y y y y y y y',
  'DELETE /api/v1/me/sign-ins/:id': 'n y y y y y y y',
  'GET /api/v1/sign-ins': /*        */ 'n n n n n n n y',
  'DELETE /api/v1/sign-ins/:id': /* */ 'n n n n n n n y',
  'GET /api/v1/hubs': /*            */ 'n y y y y n y y',
  'GET /api/v1/pumps': /*           */ 'n y y y y n y y',
  'GET /api/v1/pumps/:id': /*       */ 'n y y y y n y y',
  'GET /api/v1/pumps/:id/trend': /* */ 'n y y y y n y y',
  'GET /api/v1/readings': /*        */ 'n y y y y n y y',
  'GET /api/v1/quarantine': /*      */ 'n y y y y n y y',
  'GET /api/v1/gaps': /*            */ 'n y y y y n y y',
  'GET /api/v1/alerts': /*          */ 'n y y y y n y y',
  'GET /api/v1/alerts/:id': /*      */ 'n y y y y n y y',
  'POST /api/v1/alerts/:id/ack': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/snooze': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/assign': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/accept': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/decline': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/shelve': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/unshelve': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/note': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/close': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/undo': 'n y y y y n n y',
  'POST /api/v1/alerts/:id/retire': 'n y y y y n n y',
  'GET /api/v1/services': /*        */ 'n y y y n y y y',
  'GET /api/v1/patients/:id/services': 'n y y y n y y y',
  'GET /api/v1/patients/:id/services/:service': 'n y y y n y y y',
  'POST /api/v1/patients/:id/services': 'n y y y n n n y',
  'POST /api/v1/patients/:id/services/:service/correction': 'n y y y n n n y',
  'POST /api/v1/patients/:id/services/:service/signature': 'n y y y n n n y',
  'POST /api/v1/patients/:id/services/:service/withdrawal': 'n y y y n n n y',
  'GET /api/v1/patients/:id/days': 'n y y y n y y y',
  'GET /api/v1/patients/:id/compliance': 'n y y y n y y y',
  'GET /api/v1/patients/:id/other-payers': 'n n y n n y y y',
  'GET /api/v1/patients/:id/packet': 'n n y n n y y y',
  'GET /api/v1/claims': /*          */ 'n n y n n y y y',
  'POST /api/v1/claims/exports': /* */ 'n n y n n y n y',
  'POST /api/v1/claims/remittances': 'n n y n n y n y',
  'POST /api/v1/claims/:claim/reopening': 'n n y n n y n y',
  'POST /api/v1/facts': /*          */ 'n n y n n y n y',
  'GET /api/v1/system': /*          */ 'n y y y y y y y',
  'GET /api/v1/unreached': /*       */ 'n y y y y n y y',
  'GET /api/v1/audit': /*           */ 'n n n n n n y y',
  'GET /api/v1/events': /*          */ 'n y y y y n y y',
  'POST /api/v1/replies/view': /*   */ 'y y y y y y y y',
  'POST /api/v1/replies': /*        */ 'y y y y y y y y',
  'POST /api/v1/receipts': /*       */ 'y y y y y y y y',
  'GET /api/v1/push/key': /*        */ 'n y y y y y y y',
  // A call without the provider's signature is a bad request, whoever makes it.
  'POST /api/v1/providers/sms/status': 'y y y y y y y y',
  'POST /api/v1/providers/sms/reply': 'y y y y y y y y',
  'POST /api/v1/providers/voice/status': 'y y y y y y y y',
  'POST /api/v1/providers/voice/keys': 'y y y y y y y y',
  'POST /api/v1/providers/voice/pin': 'y y y y y y y y',
  'GET /api/v1/webhooks': /*        */ 'n n y n n n n y',
  'GET /api/v1/webhooks/:id': /*    */ 'n n y n n n n y',
  'PUT /api/v1/webhooks/:id': /*    */ 'n n y n n n n y',
  'DELETE /api/v1/webhooks/:id': /* */ 'n n y n n n n y',
  'GET /api/v1/on-call': /*         */ 'n y y y y n y y',
  'GET /api/v1/on-call/shifts': /*  */ 'n y y y y n y y',
  'GET /api/v1/on-call/schedule': /**/ 'n y y y y n y y',
  'PUT /api/v1/on-call/rotations/:id': 'n n y n n n n y',
  'DELETE /api/v1/on-call/rotations/:id': 'n n y n n n n y',
  'PUT /api/v1/on-call/overrides/:id': 'n n y n n n n y',
  'DELETE /api/v1/on-call/overrides/:id': 'n n y n n n n y',
  'POST /api/v1/pumps/:id/visit': /**/ 'n y y y y n n y',
  'DELETE /api/v1/pumps/:id/visit': 'n y y y y n n y',
  'GET /api/v1/staff/:id/contacts': 'n n y n n n n y',
  // One's own, or anybody's for whoever writes the schedule: the route asks.
  'POST /api/v1/staff/:id/contacts': 'n y y y y y y y',
  'DELETE /api/v1/staff/:id/contacts/:point': 'n n y n n n n y',
  'POST /api/v1/staff/:id/contacts/:point/test': 'n n y n n n n y',
  'PUT /api/v1/staff/:id/settings': 'n y y y y y y y',
  'PUT /api/v1/staff/me/pin': /*    */ 'n y y y y y y y',
  'GET /api/v1/handover': /*        */ 'n y y y y n y y',
  'POST /api/v1/handover/sign': /*  */ 'n y y y y n n y',
  'POST /api/v1/handover/accept': /**/ 'n y y y y n n y',
  'GET /api/v1/alarm-load': /*      */ 'n n y n n n n y',
  'GET /api/v1/policies': /*        */ 'n y y y y n y y',
  'GET /api/v1/policies/:version': 'n y y y y n y y',
  'GET /api/v1/pump-codes': /*      */ 'n y y y y y y y',
  'GET /a/:code': /*                */ 'y y y y y y y y',
  'GET /a/reply.js': /*             */ 'y y y y y y y y',
  'GET /a/reply.css': /*            */ 'y y y y y y y y',
  'POST /api/v1/registry/import': /**/ 'n n n n n n n y',
  'GET /api/v1/registry/export': /* */ 'n n n n n n n y',
  'GET /api/v1/patients/:id/identity': 'n y y y n y y y',
  'PUT /api/v1/patients/:id/identity': 'n n y n n n n y',
  'GET /api/v1/hub-credentials': /* */ 'n y y y y y y y',
  'POST /api/v1/hub-claims/certificate': 'y y y y y y y y',
  'POST /api/v1/hub-claims/password': 'y y y y y y y y',
  'POST /api/v1/hub-claims/renewal': 'y y y y y y y y',
  'POST /api/v1/hubs/:id/claim-code': 'n n y n y n n y',
  'POST /api/v1/hubs/:id/revoke': /**/ 'n n y n y n n y',
  ...registryRows('agencies', /*    */ 'n n n n n n n y'),
  ...registryRows('supplier-spans', /**/ 'n n n n n n n y'),
  ...registryRows('staff', /*       */ 'n n n n n n n y'),
  ...registryRows('patients', /*    */ 'n n y n n n n y'),
  ...registryRows('hubs', /*        */ 'n n y n y n n y'),
  ...registryRows('pumps', /*       */ 'n n y n y n n y'),
  ...registryRows('assignments', /* */ 'n n y n y n n y'),
  ...registryRows('orders', /*      */ 'n n y y n n n y'),
  ...registryRows('limits', /*      */ 'n n y y n n n y'),
  ...registryRows('plans', /*       */ 'n n y n n n n y'),
};

/** Everybody signed in reads the registry; `write` says who writes a kind. */
function registryRows(kind: string, write: string): Record<string, string> {
  const path = `/api/v1/registry/${kind}`;
  const read = 'n y y y y y y y';
  return {
    [`GET ${path}`]: read,
    [`GET ${path}/:id`]: read,
    [`GET ${path}/:id/history`]: read,
    [`PUT ${path}/:id`]: write,
    [`POST ${path}/:id/end`]: write,
  };
}

const callers: readonly (Role | 'anonymous')[] = ['anonymous', ...roles];

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;
const methodOf = (name: string) => methods.find((one) => one === name) ?? 'GET';

describe('who may call what', () => {
  let twins: ApiTwins;
  const headers = new Map<string, { authorization: string }>();

  beforeAll(async () => {
    // No room for streams: the events route answers 503 once it let the caller in, and 401 or 403 before.
    twins = await buildTwinApi({ events: { maxStreams: 0 } });
    for (const role of roles) headers.set(role, twins.bearer(role));
  });
  afterAll(() => twins.api.close());

  test('the matrix names every route, and no other', () => {
    const routes = twins.api.routes.filter(({ method }) => method !== 'HEAD');
    expect(routes.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(Object.keys(matrix).sort());
  });

  test('the roles are those of the columns', () => {
    expect(callers).toEqual([
      'anonymous',
      'nurse',
      'supervisor',
      'pharmacist',
      'technician',
      'billing',
      'auditor',
      'admin',
    ]);
  });

  for (const [route, row] of Object.entries(matrix)) {
    test(route, async () => {
      const [method = '', url = ''] = route.split(' ');
      const address = url.replace(':id', url.includes('alerts') ? sampleAlert.id : 'pump-1');
      const answers: string[] = [];
      for (const caller of callers) {
        const response = await twins.api.app.inject({
          method: methodOf(method),
          url: address,
          headers: headers.get(caller) ?? {},
          ...((method === 'POST' || method === 'PUT') && { payload: {} }),
        });
        const refused = caller === 'anonymous' ? 401 : 403;
        answers.push(response.statusCode === refused ? 'n' : 'y');
        if (response.statusCode === refused) continue;
        // Let in means: it came as far as the route's own work, which may find the empty body wanting.
        expect([200, 204, 400, 404, 503]).toContain(response.statusCode);
      }
      expect(answers.join(' ')).toBe(row);
    });
  }

  test('HEAD is held to the same as GET, and opens no stream', async () => {
    const call = (url: string, role: Role) =>
      twins.api.app.inject({ method: 'HEAD', url, headers: headers.get(role) ?? {} });
    expect((await call('/api/v1/alerts', 'billing')).statusCode).toBe(403);
    expect((await call('/api/v1/alerts', 'nurse')).statusCode).toBe(200);
    expect((await call('/api/v1/events', 'nurse')).statusCode).toBe(404);
  });
});
