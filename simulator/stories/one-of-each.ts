import type { Story, StoryEvent } from '../story.ts';

const MINUTE_S = 60;
const pump = (n: number, model: string) => ({ id: `pump-${String(n).padStart(2, '0')}`, model, serial: `OE-${n}` });
const start = (
  n: number,
  therapy: string,
  more: Partial<Extract<StoryEvent, { event: 'start' }>> = {},
): StoryEvent => ({
  at: 0,
  pump: pump(n, '').id,
  event: 'start',
  therapy,
  ...more,
});

/** Every trouble that the simulator knows, each on a pump of its own, within an hour. For trying detectors and screens. */
export const oneOfEach: Story = {
  title: 'One of each trouble',
  intervalS: 10,
  hubs: [
    {
      id: 'hub-01',
      pumps: [
        pump(1, 'infusomat-space'),
        pump(2, 'alaris-8000'),
        pump(3, 'ambulatory-cassette'),
        pump(4, 'syringe-50ml'),
      ],
    },
    {
      id: 'hub-02',
      clockOffsetMs: -40_000,
      clockDriftPpm: 80,
      pumps: [pump(5, 'infusomat-space'), pump(6, 'immunoglobulin'), pump(7, 'crono-five')],
    },
    { id: 'hub-03', pumps: [pump(8, 'infusomat-space'), pump(9, 'ambulatory-cassette'), pump(10, 'infusomat-space')] },
  ],
  events: [
    start(1, 'tpn', { skipS: 7_200 }),
    start(2, 'antibiotic', { skipS: 300 }),
    start(3, 'milrinone', { skipS: 3_600 }),
    start(4, 'fluorouracil', { unprimed: true }),
    start(5, 'tpn', { skipS: 7_200 }),
    start(6, 'scig', { skipS: 300 }),
    start(7, 'treprostinil', { skipS: 3_600 }),
    start(8, 'antibiotic', { skipS: 300 }),
    start(9, 'fluorouracil', { skipS: 36_000 }),
    start(10, 'tpn', { skipS: 7_200 }),
    { at: 5 * MINUTE_S, pump: 'pump-01', event: 'occlude', percent: 80 },
    { at: 7 * MINUTE_S, pump: 'pump-01', event: 'occlude' },
    { at: 10 * MINUTE_S, pump: 'pump-01', event: 'release' },
    { at: 10 * MINUTE_S + 5, pump: 'pump-01', event: 'resume' },
    { at: 6 * MINUTE_S, pump: 'pump-02', event: 'kink', opening: 0, bentS: 20, straightS: 240 },
    { at: 30 * MINUTE_S, pump: 'pump-02', event: 'release' },
    { at: 8 * MINUTE_S, pump: 'pump-03', event: 'raise-arm', cm: 45, seconds: 300 },
    { at: 18 * MINUTE_S, pump: 'pump-03', event: 'cough' },
    { at: 25 * MINUTE_S, pump: 'pump-03', event: 'set-rate', rateMlH: 9 },
    { at: 35 * MINUTE_S, pump: 'pump-03', event: 'disconnect' },
    { at: 10 * MINUTE_S, pump: 'pump-05', event: 'occlude-upstream', percent: 100 },
    { at: 14 * MINUTE_S, pump: 'pump-05', event: 'release-upstream' },
    { at: 14 * MINUTE_S + 10, pump: 'pump-05', event: 'resume' },
    { at: 12 * MINUTE_S, pump: 'pump-06', event: 'infiltrate', share: 1 },
    { at: 15 * MINUTE_S, pump: 'pump-07', event: 'occlude' },
    { at: 9 * MINUTE_S, pump: 'pump-08', event: 'air', ml: 0.1 },
    { at: 16 * MINUTE_S, pump: 'pump-08', event: 'air', ml: 0.4 },
    { at: 20 * MINUTE_S, pump: 'pump-08', event: 'resume' },
    { at: 5 * MINUTE_S, pump: 'pump-09', event: 'battery', pct: 3, onMains: false },
    { at: 5 * MINUTE_S, pump: 'pump-09', event: 'battery-fade', factor: 4 },
    { at: 20 * MINUTE_S, pump: 'pump-10', event: 'free-flow' },
    { at: 21 * MINUTE_S, pump: 'pump-10', event: 'clamp' },
    { at: 22 * MINUTE_S, pump: 'pump-10', event: 'resume' },
    { at: 4 * MINUTE_S, hub: 'hub-01', event: 'network', losePct: 10, duplicatePct: 10, reorderPct: 10, tornPct: 2 },
    { at: 40 * MINUTE_S, hub: 'hub-01', event: 'network' },
    { at: 24 * MINUTE_S, hub: 'hub-02', event: 'clock', byMs: 7_200_000 },
    { at: 34 * MINUTE_S, hub: 'hub-02', event: 'clock', byMs: -7_200_000 },
    { at: 26 * MINUTE_S, hub: 'hub-03', event: 'offline' },
    { at: 32 * MINUTE_S, hub: 'hub-03', event: 'online' },
    { at: 38 * MINUTE_S, hub: 'hub-03', event: 'unplug' },
    { at: 41 * MINUTE_S, hub: 'hub-03', event: 'plug' },
    { at: 50 * MINUTE_S, hub: 'hub-03', event: 'home-visit' },
  ],
};
