import { expect, it } from 'vitest';
import { judgeNight } from './nights.ts';

/** `npm run test:nights -- --seeds 1000` plays more of them. */
const NIGHTS = 50;

it(`${NIGHTS} nights of twenty pumps keep every promise`, async () => {
  let readings = 0;
  let pages = 0;
  for (let seed = 1; seed <= NIGHTS; seed += 1) {
    const judged = await judgeNight(seed);
    expect(judged.problems, `npm run test:nights -- --seed ${seed} --trace`).toEqual([]);
    readings += judged.readings;
    pages += judged.pages;
  }
  // Nights in which nothing happens would keep every promise too.
  expect(readings).toBeGreaterThan(NIGHTS * 10_000);
  expect(pages).toBeGreaterThan(NIGHTS * 50);
}, 900_000);

it('a seed gives the same night each time, and another seed another one', async () => {
  const hashes = [];
  for (const seed of [7, 7, 8]) hashes.push((await judgeNight(seed)).hash);
  expect(hashes[0]).toBe(hashes[1]);
  expect(hashes[0]).not.toBe(hashes[2]);
}, 120_000);
