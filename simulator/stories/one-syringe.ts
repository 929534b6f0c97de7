import type { Story } from '../story.ts';

const PUMP = 'syringe-01';

/**
 * One syringe pump, for a device on a line. Its line is blocked after half a minute, alarms a minute later, is freed and goes on;
 * then the same every ten minutes.
 */
export const oneSyringeStory: Story = {
  title: 'One syringe pump whose line is blocked now and then',
  intervalS: 10,
  hubs: [{ id: 'hub-01', pumps: [{ id: PUMP, model: 'syringe-50ml', serial: '8002-51740' }] }],
  events: [{ at: 0, pump: PUMP, event: 'start', therapy: 'milrinone', rateMlH: 60, bagMl: 50 }],
  cycles: [
    {
      fromS: 30,
      everyS: 600,
      events: [
        { at: 0, pump: PUMP, event: 'occlude' },
        { at: 120, pump: PUMP, event: 'release' },
        { at: 125, pump: PUMP, event: 'resume' },
        { at: 480, pump: PUMP, event: 'replace-bag', ml: 50 },
      ],
    },
  ],
};
