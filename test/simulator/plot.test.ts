import { describe, expect, it } from 'vitest';
import { runData } from '#simulator/plot/run-data.ts';
import { ticks, timeTicks } from '#simulator/plot/scale.ts';
import { plotSvg } from '#simulator/plot/svg.ts';
import { kinkedMilrinone } from '#simulator/stories/kinked-milrinone.ts';
import { oneOfEach } from '#simulator/stories/one-of-each.ts';

describe('a plot', () => {
  const data = runData({ story: kinkedMilrinone, pump: 'pump-01', seed: 1, durationS: 5_700 });

  it('knows what befell the pump', () => {
    expect(data.samples).toHaveLength(1_140);
    expect(data.alarms.map(({ code }) => code)).toEqual(['occlusion-downstream']);
    const [span] = data.alarms[0]?.spans ?? [];
    expect(span?.fromS).toBeGreaterThan(4_500);
    expect(span?.toS).toBeLessThan(5_020);
    expect(data.narrowed.length).toBeGreaterThan(2);
    // Shut, nothing reaches the patient; open again, what was stored comes at once.
    const shut = data.samples.filter(({ atS }) => atS > 4_510 && atS < 4_975);
    expect(Math.max(...shut.map(({ trueFlowMlH = 0 }) => trueFlowMlH))).toBeLessThan(0.01);
    expect(Math.max(...data.samples.map(({ trueFlowMlH = 0 }) => trueFlowMlH))).toBeGreaterThan(50);
  });

  it('is a picture with axes, events and alarms, and no number that is none', () => {
    const svg = plotSvg(data);
    expect(svg).toMatch(/^<svg [^>]*viewBox=/);
    for (const words of ['Line pressure, mmHg', 'Rate, mL/h', 'occlusion-downstream', 'raise arm 40 cm', 'kink']) {
      expect(svg).toContain(words);
    }
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg).toBe(plotSvg(runData({ story: kinkedMilrinone, pump: 'pump-01', seed: 1, durationS: 5_700 })));
  });

  it.each(oneOfEach.hubs.flatMap(({ pumps }) => pumps.map(({ id }) => id)))(
    'draws %s of one of each trouble',
    (pump) => {
      const svg = plotSvg(runData({ story: oneOfEach, pump, seed: 1, durationS: 3_600 }));
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    },
  );

  it('writes words of a story as text, not as markup', () => {
    const story = { ...kinkedMilrinone, title: '<b>&' };
    expect(plotSvg(runData({ story, pump: 'pump-01', seed: 1, durationS: 60 }))).toContain('&lt;b&gt;&amp;');
  });

  it('has marks that people read well', () => {
    expect(ticks(900, 5)).toEqual([0, 200, 400, 600, 800]);
    expect(ticks(0.7, 5)).toEqual([0, 0.2, 0.4, 0.6]);
    expect(timeTicks(5_400, 12).map(({ text }) => text)).toEqual([
      '0',
      '10 min',
      '20 min',
      '30 min',
      '40 min',
      '50 min',
      '1:00 h',
      '1:10 h',
      '1:20 h',
      '1:30 h',
    ]);
  });
});
