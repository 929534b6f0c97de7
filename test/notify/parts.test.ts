import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seededRandom } from '#kernel/random.ts';
import { deliveryStates } from '#model/paging.ts';
import { hasEnded, isReceipt, newDelivery, risen } from '#notify/delivery-steps.ts';
import { retryWait } from '#notify/retry-schedule.ts';
import { codeOf, readCode } from '#notify/short-code.ts';
import { WorkQueue } from '#notify/work-queue.ts';
import { pageOf, T0 } from './rig.ts';

describe('the retry schedule', () => {
  it('is 1, 2, 4, 8, 15, 15 … s without chance', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((tries) => retryWait(tries, () => 0))).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
  });

  it('is up to 20 % shorter by chance, never longer', () => {
    const random = seededRandom(7);
    for (let i = 0; i < 1_000; i += 1) {
      expect(retryWait(4, random)).toBeGreaterThanOrEqual(6_400);
      expect(retryWait(4, random)).toBeLessThanOrEqual(8_000);
    }
  });
});

describe('the ladder', () => {
  it('only rises, and what has ended stays', () => {
    const states = fc.array(fc.constantFrom(...deliveryStates.filter((state) => state !== 'queued')), {
      maxLength: 12,
    });
    const order = ['queued', 'sent', 'delivered', 'read', 'replied'];
    fc.assert(
      fc.property(states, (told) => {
        let record = newDelivery({ ...pageOf('A') }, '7F3K', 'Ana', 'sms', T0);
        for (const state of told) {
          const after = risen(record, state, T0 + 1, null);
          if (hasEnded(record.state)) expect(after).toBe(record);
          else if (hasEnded(after.state)) expect(isReceipt(record.state)).toBe(false);
          else expect(order.indexOf(after.state)).toBeGreaterThanOrEqual(order.indexOf(record.state));
          record = after;
        }
      }),
      { seed: 1 },
    );
  });
});

describe('short codes', () => {
  it('are the same for an alert, other for others, and say nothing', () => {
    const store = new MemoryStateStore();
    const codes = store.transact((tx) => Array.from({ length: 3_000 }, (_, i) => codeOf(tx, `alert-${i}`)));
    expect(new Set(codes).size).toBe(3_000);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4,6}$/);
    expect(store.transact((tx) => codeOf(tx, 'alert-17'))).toBe(codes[17]);
  });

  it('are read as people type them', () => {
    expect(readCode('7f3k')).toBe('7F3K');
    expect(readCode('oil0')).toBe('0110');
  });
});

describe('the work queue', () => {
  it('gives what is due in order of time, and the urgent first', () => {
    const moments = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 50 })), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(moments, (rows) => {
        const queue = new WorkQueue();
        const due = new Map<string, number>();
        for (const [key, dueAt] of rows) {
          queue.set({ key: String(key), kind: 'reach', dueAt });
          due.set(String(key), dueAt);
          if (dueAt % 7 === 0) {
            queue.remove(String(key), 'reach');
            due.delete(String(key));
          }
        }
        for (let now = 0; now <= 50; now += 10) {
          const given = queue.due(now).map((key) => due.get(key) ?? Number.NaN);
          expect(given).toEqual([...given].sort((a, b) => a - b));
          for (const moment of given) expect(moment).toBeLessThanOrEqual(now);
          const next = queue.nextDueAt();
          if (next !== null) expect(next).toBeGreaterThan(now);
        }
      }),
      { seed: 3 },
    );
    const queue = new WorkQueue();
    for (const [key, priority] of [
      ['l', 'low'],
      ['h', 'high'],
      ['m', 'medium'],
      ['h2', 'high'],
    ] as const) {
      queue.set({ key, kind: 'try', dueAt: 1, channel: 'sms', recipient: 'Ana', priority });
    }
    expect([...queue.ready('sms')]).toEqual([]);
    queue.due(1);
    expect([...queue.ready('sms')].map(({ key }) => key)).toEqual(['h', 'h2', 'm', 'l']);
  });
});
