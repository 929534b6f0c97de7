import type { Story, StoryEvent } from '../story.ts';

const BLOCKED = 'pump-01';
const EMPTY = 'pump-03';
const VISITED = 'pump-06';
const DARK = 'hub-03';

/** The highest limit of the Infusomat's table: at 100 mL/h its published time to the alarm is 24 s. */
const LIMIT_MMHG = 900;

/** A block of which the curve can be watched, and its release and restart a good minute after the alarm. */
const occlusion = (at: number): StoryEvent[] => [
  { at, pump: BLOCKED, event: 'occlude' },
  { at: at + 95, pump: BLOCKED, event: 'release' },
  { at: at + 100, pump: BLOCKED, event: 'resume' },
];

/**
 * Six pumps on four hubs. In the first four minutes: a block, a bag that runs empty, a hub that goes dark and comes back
 * with what it kept, a nurse's visit. Then quiet; then the same again every half hour, further apart. What pumps hold is
 * renewed before it would run out by itself.
 */
export const demoStory: Story = {
  title: 'Six pumps at home and what can happen to them',
  intervalS: 2,
  hubs: [
    {
      id: 'hub-01',
      pumps: [
        { id: BLOCKED, model: 'infusomat-space', serial: 'IS-1001' },
        { id: 'pump-02', model: 'ambulatory-cassette', serial: 'AC-1002' },
      ],
    },
    { id: 'hub-02', pumps: [{ id: EMPTY, model: 'infusomat-space', serial: 'IS-1003' }] },
    {
      id: DARK,
      pumps: [
        { id: 'pump-04', model: 'ambulatory-cassette', serial: 'AC-1004' },
        { id: 'pump-05', model: 'infusomat-space', serial: 'IS-1005' },
      ],
    },
    { id: 'hub-04', pumps: [{ id: VISITED, model: 'infusomat-space', serial: 'IS-1006' }] },
  ],
  events: [
    { at: 0, pump: BLOCKED, event: 'start', therapy: 'antibiotic', limitMmHg: LIMIT_MMHG, skipS: 300 },
    { at: 0, pump: 'pump-02', event: 'start', therapy: 'milrinone', skipS: 7_200 },
    // What is left in the bag is 90 s of the full rate.
    { at: 0, pump: EMPTY, event: 'start', therapy: 'tpn', bagMl: 3.125, skipS: 7_200 },
    { at: 0, pump: 'pump-04', event: 'start', therapy: 'milrinone', skipS: 14_400 },
    { at: 0, pump: 'pump-05', event: 'start', therapy: 'tpn', skipS: 5_400 },
    { at: 0, pump: VISITED, event: 'start', therapy: 'antibiotic', skipS: 900 },
    ...occlusion(20),
    { at: 45, hub: DARK, event: 'offline' },
    { at: 150, hub: DARK, event: 'online' },
    { at: 180, pump: VISITED, event: 'nurse-visit' },
    { at: 235, pump: EMPTY, event: 'replace-bag', ml: 1_500 },
    { at: 240, pump: EMPTY, event: 'resume' },
  ],
  cycles: [
    {
      fromS: 1_200,
      everyS: 1_800,
      events: [
        { at: 0, pump: BLOCKED, event: 'start', therapy: 'antibiotic', limitMmHg: LIMIT_MMHG },
        ...occlusion(120),
        { at: 300, pump: EMPTY, event: 'start', therapy: 'tpn', bagMl: 3.125, skipS: 7_200 },
        { at: 540, pump: EMPTY, event: 'start', therapy: 'tpn', skipS: 7_200 },
        { at: 700, hub: DARK, event: 'offline' },
        { at: 880, hub: DARK, event: 'online' },
        { at: 1_100, pump: VISITED, event: 'nurse-visit' },
      ],
    },
    {
      fromS: 8 * 3_600,
      everyS: 8 * 3_600,
      events: [
        { at: 0, pump: 'pump-02', event: 'start', therapy: 'milrinone' },
        { at: 60, pump: 'pump-04', event: 'start', therapy: 'milrinone' },
        { at: 120, pump: 'pump-05', event: 'start', therapy: 'tpn', skipS: 5_400 },
        { at: 180, pump: VISITED, event: 'start', therapy: 'antibiotic' },
      ],
    },
  ],
};
