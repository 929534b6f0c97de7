import type { Story } from '../story.ts';

const PUMP = 'pump-01';

/**
 * Milrinone at 9 mL/h through a line that bends and straightens, then stays shut until the pump alarms; the arm is lifted
 * and the patient coughs before, so that not every rise of pressure is a kink.
 */
export const kinkedMilrinone: Story = {
  title: 'Milrinone at 9 mL/h, a kinked line',
  intervalS: 5,
  hubs: [{ id: 'hub-01', pumps: [{ id: PUMP, model: 'ambulatory-cassette', serial: 'AC-2001' }] }],
  events: [
    { at: 0, pump: PUMP, event: 'start', therapy: 'milrinone', rateMlH: 9, skipS: 3_600 },
    { at: 300, pump: PUMP, event: 'raise-arm', cm: 40, seconds: 240 },
    { at: 720, pump: PUMP, event: 'cough', times: 12 },
    { at: 1_200, pump: PUMP, event: 'kink', opening: 0.0016, bentS: 200, straightS: 260 },
    { at: 3_900, pump: PUMP, event: 'release' },
    { at: 4_500, pump: PUMP, event: 'occlude', percent: 100 },
    { at: 4_980, pump: PUMP, event: 'release' },
    { at: 5_010, pump: PUMP, event: 'resume' },
  ],
};
