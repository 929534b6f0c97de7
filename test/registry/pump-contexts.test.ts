import { expect, it } from 'vitest';
import { silentLogger } from '#kernel/log.ts';
import { hours, minutes, seconds } from '#kernel/time.ts';
import type { PumpContext } from '#model/pump-context.ts';
import { feedPumpContexts } from '#registry/pump-context-feed.ts';
import { pumpContexts } from '#registry/pump-contexts.ts';
import { filledRegistry, REGISTRY_START_MS, sampleRecords } from '#support/registry-samples.ts';

const by = 'a pharmacist';
/** Midnight in Chicago in summer. */
const LAST_DAY_ENDS = Date.UTC(2026, 6, 1, 5);

it('a pump has the patient, the order in the patient’s local dates, and the limits that hold', () => {
  const { registry } = filledRegistry();
  registry.end('orders', 'order-n', '2026-06-30', { by });
  const limit = { id: 'limit-1', patient: 'patient-n', order: 'order-n', limit: 'rateTolerancePct', value: 5 };
  registry.put('limits', { ...limit, from: REGISTRY_START_MS, to: REGISTRY_START_MS + 1_000 }, { by });
  const at = (ms: number) => pumpContexts(registry, ms).get('pump-n');
  expect(at(REGISTRY_START_MS)).toEqual({
    patient: 'patient-n',
    order: {
      id: 'order-n',
      drug: 'milrinone',
      jcode: 'J2260',
      rateMlH: 7.5,
      volumeMl: 180,
      from: Date.UTC(2026, 0, 1, 6),
      to: LAST_DAY_ENDS,
      continuous: true,
    },
    overrides: [{ limit: 'rateTolerancePct', value: 5, order: 'order-n', by, expires: REGISTRY_START_MS + 1_000 }],
    visit: null,
    maintenance: null,
  });
  expect(at(REGISTRY_START_MS + 1_000)?.overrides).toEqual([]);
  expect([at(LAST_DAY_ENDS - 1)?.order?.id, at(LAST_DAY_ENDS)?.order]).toEqual(['order-n', null]);
});

it('a limit rests on an order of the same patient', () => {
  const { registry } = filledRegistry();
  const limit = {
    id: 'l',
    patient: 'patient-s',
    order: 'order-n',
    limit: 'rateTolerancePct',
    value: 5,
    from: 0,
    to: 1,
  };
  expect(() => registry.put('limits', limit, { by })).toThrow(/order-n is no order of this patient/);
});

it('alerts are told at the start, of each change, and when a span ends by itself; each once', async () => {
  const { registry, clock } = filledRegistry();
  const told: [string, PumpContext['patient']][] = [];
  const feed = feedPumpContexts(registry, clock, silentLogger, async (pump, { patient }) => {
    told.push([pump, patient]);
  });
  await clock.advance(minutes(5));
  expect(told.splice(0)).toEqual([
    ['pump-n', 'patient-n'],
    ['pump-s', 'patient-s'],
  ]);
  registry.end('assignments', 'assign-n', clock.wall() + hours(1), { by });
  await clock.advance(minutes(59));
  expect(told).toEqual([]);
  await clock.advance(minutes(3));
  expect(told.splice(0)).toEqual([['pump-n', null]]);
  registry.put('assignments', { ...sampleRecords.assignments[0], id: 'again', from: clock.wall() }, { by });
  await clock.advance(seconds(4));
  expect(told).toEqual([['pump-n', 'patient-n']]);
  feed.cancel();
});
