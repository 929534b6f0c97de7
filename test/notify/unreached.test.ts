import { describe, expect, it } from 'vitest';
import type { Delivery } from '#model/paging.ts';
import { unreachedOf } from '#notify/unreached.ts';

const minute = 60_000;
const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  key: 'A/0/0/Ana/sms',
  page: 'A/0/0',
  alert: 'A',
  step: 0,
  kind: 'page',
  recipient: 'Ana',
  channel: 'sms',
  state: 'sent',
  queuedAt: 0,
  changedAt: 0,
  tries: 1,
  problem: null,
  ...more,
});

describe('an alert that was paged for', () => {
  it('has reached nobody while no message of it is known to have arrived', () => {
    const failed = delivery({ state: 'failed', tries: 3, problem: 'the provider answered 500', changedAt: 9 });
    expect(unreachedOf([failed, delivery({ queuedAt: 5 })], minute)).toEqual({
      since: 0,
      tries: 4,
      problem: 'the provider answered 500',
    });
  });

  it.each(['delivered', 'read', 'replied'] as const)('has reached somebody once a message is %s', (state) => {
    expect(unreachedOf([delivery(), delivery({ state })], 9 * minute)).toBeNull();
  });

  it('counts as there when a server without receipts has it', () => {
    expect(unreachedOf([delivery({ channel: 'email' })], 9 * minute)).toBeNull();
    expect(unreachedOf([delivery({ channel: 'email', state: 'queued' })], 9 * minute)).not.toBeNull();
  });

  it('is given a minute, and what goes to a hub or is no page says nothing', () => {
    expect(unreachedOf([delivery()], minute - 1)).toBeNull();
    expect(
      unreachedOf([delivery({ channel: 'hub', state: 'sent' }), delivery({ kind: 'taken' })], 9 * minute),
    ).toBeNull();
    expect(unreachedOf([delivery(), delivery({ channel: 'hub', state: 'delivered' })], 9 * minute)).not.toBeNull();
  });
});
