import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sampleAlert, sampleEvent, sampleEvidence } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi();
});
afterEach(() => twins.api.close());

const url = `/api/v1/alerts/${sampleAlert.id}`;
const read = (address: string) => twins.api.app.inject({ url: address, headers: twins.bearer('nurse') });
const act = (action: string, payload: object | string, id = sampleAlert.id) =>
  twins.api.app.inject({
    method: 'POST',
    url: `/api/v1/alerts/${id}/${action}`,
    payload,
    headers: { ...twins.bearer('nurse'), 'content-type': 'application/json' },
  });

describe('reading', () => {
  test('lists alerts whole, in the order of the alert room, and nothing more', async () => {
    const second = { ...sampleAlert, id: '01JZ0000000000000000000000', outcome: 'kinked-line' as const, closedAt: 7 };
    twins.alerts.alerts.set(second.id, second);
    twins.alerts.alerts.set(sampleAlert.id, Object.assign({ patientName: 'not to be told' }, sampleAlert));
    const response = await read('/api/v1/alerts');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ alerts: [sampleAlert, second] });
  });

  test('hands on every filter', async () => {
    await read('/api/v1/alerts?state=open&priority=high&pump=pump-1&patient=patient-7');
    await read('/api/v1/alerts');
    expect(twins.alerts.filters).toEqual([
      { state: 'open', priority: 'high', pump: 'pump-1', patient: 'patient-7' },
      {},
    ]);
  });

  test.each(['state=shut', 'priority=urgent', 'priorty=high', 'state=open&state=closed'])(
    'refuses ?%s',
    async (query) => {
      expect((await read(`/api/v1/alerts?${query}`)).statusCode).toBe(400);
    },
  );

  test('shows one with its timeline, whose rows do not repeat the alert', async () => {
    twins.alerts.append();
    const { after, ...row } = sampleEvent;
    expect((await read(url)).json()).toEqual({
      ...after,
      timeline: [row],
      ...sampleEvidence,
      deliveries: [expect.objectContaining({ alert: sampleAlert.id, state: 'sent' })],
    });
  });

  test('an unknown one is not found', async () => {
    const response = await read('/api/v1/alerts/none');
    expect([response.statusCode, response.json().code]).toEqual([404, 'not-found']);
  });
});

describe('acting', () => {
  test.each([
    ['ack', { version: 3 }],
    ['ack', { version: 3, note: 'on it' }],
    ['snooze', { version: 3, minutes: 15, reason: 'nurse on the way' }],
    ['assign', { version: 3, to: 'kim' }],
    ['note', { version: 3, note: 'caregiver called' }],
    ['close', { version: 3, outcome: 'kinked-line', note: 'freed' }],
    ['close', { version: 3, outcome: 'false' }],
  ])('%s %j is done under the name of the caller', async (action, body) => {
    const response = await act(action, body);
    expect([response.statusCode, response.json()]).toEqual([200, sampleAlert]);
    expect(twins.alerts.acts).toEqual([
      { id: sampleAlert.id, action: { action, ...body }, person: { name: 'a nurse', role: 'nurse', agency: null } },
    ]);
  });

  test.each([
    ['ack', {}, 'body must have required properties version'],
    ['ack', { version: '3' }, 'body.version must be integer'],
    ['ack', { version: 1.5 }, 'body.version must be integer'],
    ['ack', { version: 3, action: 'close' }, 'body: action is not a field of this call'],
    ['ack', { version: 3, by: 'somebody else' }, 'body: by is not a field of this call'],
    ['snooze', { version: 3, minutes: 0, reason: 'x' }, 'body.minutes must be >= 1'],
    ['snooze', { version: 3, minutes: 15 }, 'body must have required properties reason'],
    ['assign', { version: 3, to: '' }, 'body.to must not have fewer than 1 characters'],
    ['note', { version: 3, note: 'x'.repeat(2_001) }, 'body.note must not have more than 2000 characters'],
    ['close', { version: 3, outcome: 'fine' }, 'body.outcome must be one of kinked-line, clamp-open, site-changed'],
    ['close', [], 'body must be object'],
    ['ack', 'null', 'body must be object'],
    ['ack', '{"version":3', 'The body is not valid JSON.'],
    ['ack', '{"version":3,"__proto__":{"note":"x"}}', ''],
  ])('%s %j is refused', async (action, body, detail) => {
    const response = await act(action, body);
    expect([response.statusCode, response.json().code]).toEqual([400, 'bad-request']);
    expect(response.json().detail).toContain(detail);
    expect(twins.alerts.acts).toEqual([]);
  });

  test('on a version that has passed is a conflict that carries the alert as it is', async () => {
    const alert = { ...sampleAlert, version: 5, acknowledgedBy: 'kim', response: 'acknowledged' as const };
    twins.alerts.answer = { result: 'stale', alert: Object.assign({ secret: 1 }, alert) };
    const response = await act('ack', { version: 3 });
    expect(response.statusCode).toBe(409);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.json()).toEqual({
      type: 'urn:infusion-gateway:problem:stale-version',
      title: 'The alert changed since you saw it, so nothing was done.',
      status: 409,
      code: 'stale-version',
      detail: 'It is at version 5 now.',
      next: 'Look at its present state and decide again.',
      alert,
    });
  });

  test('where it means nothing says why', async () => {
    twins.alerts.answer = { result: 'not-allowed', alert: sampleAlert, why: 'A closed alert cannot be snoozed.' };
    const response = await act('snooze', { version: 3, minutes: 5, reason: 'x' });
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({
      code: 'action-not-allowed',
      detail: 'A closed alert cannot be snoozed.',
      alert: sampleAlert,
    });
  });

  test('on an unknown alert is not found', async () => {
    expect((await act('ack', { version: 1 }, 'none')).json().code).toBe('not-found');
  });
});
