import { expect, it } from 'vitest';
import { stillUnreached } from '../../dashboards/nurse/src/state/unreached.ts';

it('a page that reached nobody counts until somebody takes its alert, not until the gateway is asked again', () => {
  const told = [{ alert: 'waits' }, { alert: 'taken' }, { alert: 'gone' }];
  const alerts = new Map([
    ['waits', { response: 'unacknowledged' }],
    ['taken', { response: 'acknowledged' }],
  ] as const);
  expect(stillUnreached(told, alerts)).toEqual([{ alert: 'waits' }]);
  expect(stillUnreached(told, new Map())).toEqual([]);
});
