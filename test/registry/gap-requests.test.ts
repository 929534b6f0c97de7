import { expect, it } from 'vitest';
import { GapRequests } from '#registry/gap-requests.ts';

const gap = (from: number, to: number, boot = 'b1') => ({ boot, from, to });

it('asks for a gap after a while, again later, and not for ever', () => {
  const requests = new GapRequests();
  requests.observe('hub', 'pump', 'b1', [gap(3, 5)], 0);
  expect(requests.due(14_999)).toEqual([]);
  expect(requests.due(15_000)).toEqual([{ hub: 'hub', pump: 'pump', boot: 'b1', from: 3, to: 5 }]);
  requests.observe('hub', 'pump', 'b1', [gap(3, 5)], 20_000);
  expect(requests.due(300_000)).toEqual([]);
  expect(requests.due(315_000)).toHaveLength(1);
  expect(requests.due(700_000)).toHaveLength(1);
  expect(requests.due(9_000_000)).toEqual([]);
});

it('asks for nothing that has come meanwhile, nor for what an earlier boot had', () => {
  const requests = new GapRequests();
  requests.observe('hub', 'pump', 'b2', [gap(0, 9, 'b1'), gap(1, 1, 'b2'), gap(4, 6, 'b2')], 0);
  requests.observe('hub', 'pump', 'b2', [gap(0, 9, 'b1'), gap(4, 6, 'b2')], 1_000);
  expect(requests.due(20_000).map(({ from, to }) => [from, to])).toEqual([[4, 6]]);
  requests.observe('hub', 'pump', 'b2', [], 21_000);
  expect(requests.due(999_000)).toEqual([]);
});

it('starts anew for a gap that was filled in part', () => {
  const requests = new GapRequests();
  requests.observe('hub', 'pump', 'b1', [gap(3, 9)], 0);
  requests.due(15_000);
  requests.observe('hub', 'pump', 'b1', [gap(7, 9)], 16_000);
  expect(requests.due(30_999)).toEqual([]);
  expect(requests.due(31_000).map(({ from }) => from)).toEqual([7]);
});
