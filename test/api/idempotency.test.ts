import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { hours } from '#kernel/time.ts';
import { KeptAnswers } from '#registry/kept-answers.ts';
import { sampleAlert } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi, plainCipher } from '#support/api-twins.ts';

let twins: ApiTwins;
let nurse: { authorization: string };
beforeEach(async () => {
  twins = await buildTwinApi();
  nurse = twins.bearer('nurse');
});
afterEach(() => twins.api.close());

const note = (key: string | undefined, words: string, headers = nurse, alert = sampleAlert.id) =>
  twins.api.app.inject({
    method: 'POST',
    url: `/api/v1/alerts/${alert}/note`,
    headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
    payload: { version: 1, note: words },
  });

describe('the same key', () => {
  it('with the same call is done once, and answered alike', async () => {
    const first = await note('k1', 'seen');
    const second = await note('k1', 'seen');
    expect(twins.alerts.acts).toHaveLength(1);
    expect([second.statusCode, second.body]).toEqual([200, first.body]);
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
  });

  it('with another body or address is refused, and nothing is done', async () => {
    await note('k1', 'seen');
    for (const other of [await note('k1', 'something else'), await note('k1', 'seen', nurse, 'another')]) {
      expect([other.statusCode, other.json().code]).toEqual([422, 'key-reused']);
    }
    expect(twins.alerts.acts).toHaveLength(1);
  });

  it('of another person is another key', async () => {
    await note('k1', 'seen');
    await note('k1', 'seen too', twins.bearer('supervisor'));
    expect(twins.alerts.acts).toHaveLength(2);
  });

  it('while the first call is in hand is asked to wait', async () => {
    const held = Promise.withResolvers<void>();
    const act = twins.alerts.act.bind(twins.alerts);
    twins.alerts.act = (...of) => {
      const result = act(...of);
      return Object.assign(held.promise.then(() => result));
    };
    const first = note('k1', 'seen');
    while (twins.alerts.acts.length === 0) await new Promise(setImmediate);
    const second = await note('k1', 'seen');
    expect([second.statusCode, second.json().code]).toEqual([409, 'call-in-hand']);
    held.resolve();
    expect((await first).statusCode).toBe(200);
    expect((await note('k1', 'seen')).headers['idempotent-replayed']).toBe('true');
    expect(twins.alerts.acts).toHaveLength(1);
  });

  it('a day later is a new one', async () => {
    await note('k1', 'seen');
    await twins.clock.advance(hours(24));
    await note('k1', 'something else');
    expect(twins.alerts.acts).toHaveLength(2);
  });
});

it('a refusal that stays is kept; what failed on our side may be tried again', async () => {
  twins.alerts.answer = { result: 'stale', alert: sampleAlert };
  expect((await note('stays', 'seen')).statusCode).toBe(409);
  twins.alerts.answer = undefined;
  expect((await note('stays', 'seen')).statusCode).toBe(409);

  const { act } = twins.alerts;
  twins.alerts.act = () => {
    throw new GatewayError('storage-refused', '');
  };
  expect((await note('passes', 'seen')).statusCode).toBe(503);
  twins.alerts.act = act;
  expect((await note('passes', 'seen')).statusCode).toBe(200);
});

it('without a key each call is done', async () => {
  await note(undefined, 'seen');
  await note(undefined, 'seen');
  expect(twins.alerts.acts).toHaveLength(2);
});

it.each(['', 'x'.repeat(129), 'two words'])('a key that is none is told: %j', async (key) => {
  expect((await note(key, 'seen')).statusCode).toBe(400);
  expect(twins.alerts.acts).toEqual([]);
});

it('an answer that shows a secret once is not kept', async () => {
  const headers = { ...twins.bearer('admin'), 'idempotency-key': 'k' };
  const [hub] = twins.registry.list('hubs').map(({ record }) => record.id);
  const codes = [];
  for (let i = 0; i < 2; i += 1) {
    const answer = await twins.api.app.inject({ method: 'POST', url: `/api/v1/hubs/${hub}/claim-code`, headers });
    codes.push(answer.json().code);
  }
  expect(new Set(codes).size).toBe(2);
});

it('a store that refuses keeps nobody from an act', async () => {
  await twins.api.close();
  const broken = () => {
    throw new GatewayError('storage-refused', '');
  };
  twins = await buildTwinApi({}, { keptAnswers: { find: broken, keep: broken } });
  nurse = twins.bearer('nurse');
  expect((await note('k1', 'seen')).statusCode).toBe(200);
});

it('what is kept is sealed, and forgotten after its day', () => {
  const store = new MemoryStateStore();
  const sealed: string[] = [];
  const cipher = { ...plainCipher, seal: (text: string) => `sealed${sealed.push(text)}`, open: () => 'opened' };
  const kept = new KeptAnswers(store, twins.clock, cipher);
  kept.keep('k', 'f', { status: 200, contentType: 'application/json', body: 'Mrs. Example', etag: null });
  expect(kept.find('k')).toMatchObject({ fingerprint: 'f', answer: { status: 200, body: 'opened' } });
  expect(JSON.stringify(store.list('kept-answers'))).not.toContain('Example');
  kept.tidy();
  expect(store.list('kept-answers')).toHaveLength(1);
  return twins.clock.advance(hours(24)).then(() => {
    kept.tidy();
    expect(store.list('kept-answers')).toEqual([]);
  });
});
