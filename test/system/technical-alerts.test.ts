import { beforeEach, describe, expect, it } from 'vitest';
import { raiseTechnicalAlerts } from '#gateway/technical-alerts.ts';
import { silentLogger } from '#kernel/log.ts';
import { minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { TechnicalCondition } from '#model/pump-context.ts';
import { T0 } from '#support/hub-messages.ts';

const problem = { code: 'series-behind', says: 'Trends are delayed.', next: 'Check the store.' };

describe('conditions of the gateway become alerts', () => {
  let clock: VirtualClock;
  let problems: (typeof problem)[];
  let told: string[];
  let refusing: boolean;

  beforeEach(() => {
    clock = new VirtualClock(T0);
    problems = [];
    told = [];
    refusing = false;
    const technical = async ({ code, hub, pump, active, text }: TechnicalCondition): Promise<void> => {
      expect([hub, pump]).toEqual([null, null]);
      if (refusing) throw new Error('the thread is gone');
      const line = `${code} ${active ? 'on' : 'off'} ${text}`;
      if (line !== told.at(-1)) told.push(line);
    };
    raiseTechnicalAlerts(
      {
        codes: ['series-behind'],
        problems: () => problems,
        watch: { technical },
        policy: { 'series-behind': { priority: 'technical', holdSeconds: 300 } },
      },
      clock,
      silentLogger,
    );
  });

  const on = 'series-behind on Trends are delayed.';
  const off = 'series-behind off the condition is over';

  it('once they have lasted, and clear once they have been gone as long', async () => {
    problems = [problem];
    await clock.advance(seconds(300));
    expect(told).toEqual([]);
    await clock.advance(seconds(4));
    expect(told).toEqual([on]);
    problems = [];
    await clock.advance(seconds(300));
    expect(told).toEqual([on]);
    await clock.advance(seconds(4));
    expect(told).toEqual([on, off]);
    await clock.advance(minutes(60));
    expect(told).toEqual([on, off]);
  });

  it('not for a restart of what the gateway stands on, and not cleared by a moment of health', async () => {
    for (let i = 0; i < 5; i += 1) {
      problems = [problem];
      await clock.advance(seconds(200));
      problems = [];
      await clock.advance(seconds(200));
    }
    expect(told).toEqual([]);
    problems = [problem];
    await clock.advance(seconds(304));
    problems = [];
    await clock.advance(seconds(20));
    problems = [problem];
    await clock.advance(minutes(20));
    expect(told).toEqual([on]);
  });

  it('after a restart what is over is told, for an alert from before may be open', async () => {
    await clock.advance(seconds(304));
    expect(told).toEqual([off]);
  });

  it('are told again when nobody took them', async () => {
    refusing = true;
    problems = [problem];
    await clock.advance(minutes(10));
    refusing = false;
    await clock.advance(seconds(2));
    expect(told).toEqual([on]);
  });
});
