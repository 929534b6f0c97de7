import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles } from '#model/role.ts';
import { sampleAlert, sampleEvent, sampleHub, samplePump, sampleService } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi, sampleGap } from '#support/api-twins.ts';

/** What is the south's: no answer to a person of the north may name any of it. */
const OF_SOUTH = /\b(patient|pump|hub|alert|order|assign|staff|service)-s\b|South Infusion|"south"/;

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;

/** An id of each agency for every kind of thing that an address can name. */
function idsOf(url: string): readonly [own: string, other: string] {
  if (url.includes('/alerts/')) return ['alert-n', 'alert-s'];
  if (url.includes('/pumps/')) return ['pump-n', 'pump-s'];
  if (url.includes('/hubs/')) return ['hub-n', 'hub-s'];
  if (url.includes('/patients/')) return ['patient-n', 'patient-s'];
  if (url.includes('/orders/')) return ['order-n', 'order-s'];
  if (url.includes('/assignments/')) return ['assign-n', 'assign-s'];
  if (url.includes('/staff/')) return ['staff-1', 'staff-2'];
  if (url.includes('/agencies/')) return ['north', 'south'];
  return ['north-qualified', 'south-qualified'];
}

describe('a person of an agency', () => {
  let twins: ApiTwins;

  beforeAll(async () => {
    const services = ['n', 's'].map((side) => ({
      ...sampleService,
      id: `service-${side}`,
      patient: `patient-${side}`,
      pump: `pump-${side}`,
      hub: `hub-${side}`,
      alert: `alert-${side}`,
    }));
    twins = await buildTwinApi(
      { events: { maxStreams: 0 } },
      {
        services: { services: (patient) => services.filter((one) => patient === undefined || one.patient === patient) },
        gaps: { gaps: () => ['n', 's'].map((side) => ({ ...sampleGap, pump: `pump-${side}`, hub: `hub-${side}` })) },
      },
    );
    twins.alerts.alerts.clear();
    twins.fleet.pumpViews.clear();
    twins.fleet.hubViews.clear();
    for (const side of ['n', 's']) {
      const of = { pump: `pump-${side}`, hub: `hub-${side}`, patient: null };
      const alert = { ...sampleAlert, ...of, id: `alert-${side}` };
      twins.alerts.alerts.set(alert.id, alert);
      twins.alerts.append({ ...sampleEvent, alert: alert.id, after: alert });
      twins.fleet.pumpViews.set(of.pump, { ...samplePump, id: of.pump, hub: of.hub });
      twins.fleet.hubViews.set(of.hub, { ...sampleHub, id: of.hub, pumps: [of.pump] });
      twins.journal.add(of.pump, '{"seq":1}');
    }
  });
  afterAll(() => twins.api.close());

  test('meets nothing of another agency at any route, in any role', async () => {
    const calls = twins.api.routes.filter(({ method, url }) => method !== 'HEAD' && url.startsWith('/api/v1/'));
    expect(calls.length).toBeGreaterThan(60);
    for (const role of roles) {
      const headers = twins.bearer(role, 'north');
      for (const { method, url } of calls) {
        // The audit trail tells people of an agency what their own people typed; test/api/audit.test.ts has its scope.
        if (url === '/api/v1/session' || url === '/api/v1/audit') continue;
        const [own, other] = idsOf(url);
        for (const id of url.includes(':id') ? [own, other] : [own]) {
          const response = await twins.api.app.inject({
            method: methods.find((one) => one === method) ?? 'GET',
            url: url.replace(':id', id),
            headers: { ...headers, 'if-match': '"1"' },
            ...(method !== 'GET' && { payload: { version: 1 } }),
          });
          const what = `${role} ${method} ${url} ${id}: ${response.statusCode}`;
          expect(`${what} ${OF_SOUTH.test(response.body) ? response.body : ''}`).toBe(`${what} `);
          if (id === other) expect([403, 404, 400], what).toContain(response.statusCode);
        }
      }
    }
    expect(twins.alerts.acts.filter(({ id }) => id === 'alert-s')).toEqual([]);
  });

  test('sees and does at home what the role allows', async () => {
    const headers = twins.bearer('nurse', 'north');
    const get = async (url: string) => (await twins.api.app.inject({ url: `/api/v1${url}`, headers })).json();
    expect(await get('/alerts')).toMatchObject({ alerts: [{ id: 'alert-n' }] });
    expect(await get('/pumps')).toMatchObject({ pumps: [{ id: 'pump-n' }] });
    expect(await get('/hubs')).toMatchObject({ hubs: [{ id: 'hub-n' }] });
    expect(await get('/readings')).toMatchObject({ readings: [{ pump: 'pump-n' }] });
    expect(await get('/gaps')).toMatchObject({ gaps: [{ pump: 'pump-n' }] });
    expect(await get('/services')).toMatchObject({ services: [{ patient: 'patient-n' }] });
    expect(await get('/registry/patients')).toMatchObject({ records: [{ record: { id: 'patient-n' } }], next: null });
    const ack = await twins.api.app.inject({
      method: 'POST',
      url: '/api/v1/alerts/alert-n/ack',
      headers,
      payload: { version: 1 },
    });
    expect(ack.statusCode).toBe(200);
  });

  test('writes records of the own agency only', async () => {
    const headers = twins.bearer('supervisor', 'north');
    const put = async (url: string, payload: object, condition: object = { 'if-none-match': '*' }) => {
      const response = await twins.api.app.inject({
        method: 'PUT',
        url: `/api/v1/registry/${url}`,
        headers: { ...headers, ...condition },
        payload,
      });
      return [response.statusCode, response.headers['etag']];
    };
    const patient = { agency: 'north', zone: 'America/Denver', from: '2026-02-01', to: null };
    expect(await put('patients/new-1', { ...patient, agency: 'south' })).toEqual([403, undefined]);
    expect(await put('patients/new-1', patient, {})).toEqual([428, undefined]);
    expect(await put('patients/new-1', patient)).toEqual([200, '"1"']);
    expect(await put('patients/new-1', { ...patient, zone: 'America/Boise' })).toEqual([412, undefined]);
    expect(await put('patients/new-1', { ...patient, zone: 'America/Boise' }, { 'if-match': '"1"' })).toEqual([
      200,
      '"2"',
    ]);
    expect(await put('patients/patient-s', { ...patient, agency: 'north' }, { 'if-match': '"1"' })).toEqual([
      404,
      undefined,
    ]);
    expect(twins.registry.get('patients', 'patient-s')?.version).toBe(1);
  });

  test('a person of no agency sees all', async () => {
    const response = await twins.api.app.inject({ url: '/api/v1/alerts', headers: twins.bearer('nurse') });
    expect(response.json()).toMatchObject({ alerts: [{ id: 'alert-n' }, { id: 'alert-s' }] });
  });
});
