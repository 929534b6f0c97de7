import { describe, expect, it } from 'vitest';
import { type PumpEvidence, type SeenReading, unseenMinutes } from '#model/gaps.ts';
import type { PumpState } from '#model/reading.ts';

const T0 = 1_772_323_200_000;
const minute = 60_000;
const span = { from: T0, to: T0 + 60 * minute, now: T0 + 120 * minute };

/** `[minute, seq, boot, state]` of a reading. */
type Sketch = readonly [at: number, seq: number, boot?: string, state?: PumpState];
const seen = (sketches: readonly Sketch[]): SeenReading[] =>
  sketches.map(([at, seq, boot = 'b', state = 'infusing']) => ({
    boot,
    reading: { atMs: T0 + at * minute, seq, state, infusion: 'inf-1' },
  }));

interface Case {
  readonly name: string;
  readonly seen: readonly Sketch[];
  readonly hub?: readonly [at: number, online: boolean][];
  readonly refused?: readonly number[];
  readonly now?: number;
  readonly gaps: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'seen in every minute', seen: Array.from({ length: 60 }, (_, i) => [i + 0.5, i] as const), gaps: [] },
  { name: 'never heard of', seen: [], gaps: [] },
  {
    name: 'two readings in one minute, the next in the next',
    seen: [
      [58.1, 0],
      [58.9, 1],
      [59.1, 2],
    ],
    gaps: [],
  },
  {
    name: 'numbers jump, long ago',
    seen: [
      [10, 0],
      [20, 10],
      [59, 11],
    ],
    gaps: ['11-20 lost 9', '21-59 not-measured 0'],
  },
  {
    name: 'numbers jump, a moment ago',
    seen: [
      [10, 0],
      [59, 10],
    ],
    now: 61,
    gaps: ['11-59 not-delivered 9'],
  },
  {
    name: 'numbers jump and the hub is away again',
    seen: [
      [10, 0],
      [59, 10],
    ],
    hub: [
      [0, true],
      [60, false],
    ],
    gaps: ['11-59 not-delivered 9'],
  },
  {
    name: 'the hub was away and kept nothing',
    seen: [
      [10, 0],
      [59, 1],
    ],
    hub: [
      [0, true],
      [11, false],
      [58, true],
    ],
    gaps: ['11-59 hub-offline 0'],
  },
  {
    name: 'the hub was away before and after, not then',
    seen: [
      [10, 0],
      [20, 1],
      [59.5, 2, 'b', 'off'],
    ],
    hub: [
      [1, false],
      [5, true],
      [30, false],
      [31, true],
    ],
    gaps: ['11-20 not-measured 0', '21-59 hub-offline 0'],
  },
  {
    name: 'the hub began anew',
    seen: [
      [10, 7],
      [59, 0, 'c'],
    ],
    gaps: ['11-59 hub-offline ?'],
  },
  {
    name: 'refused in between',
    seen: [
      [10, 0],
      [59, 9],
    ],
    refused: [12],
    gaps: ['11-59 refused 8'],
  },
  {
    name: 'refused at another time',
    seen: [
      [10, 0],
      [20, 9],
      [59, 10],
    ],
    refused: [40],
    gaps: ['11-20 lost 8', '21-59 refused 0'],
  },
  {
    name: 'nothing since, hub away',
    seen: [[10, 0]],
    hub: [
      [0, true],
      [12, false],
    ],
    gaps: ['11-60 hub-offline ?'],
  },
  { name: 'nothing since, hub there', seen: [[10, 0]], hub: [[0, true]], gaps: ['11-60 not-delivered ?'] },
  { name: 'switched off', seen: [[10, 0, 'b', 'off']], gaps: [] },
  {
    name: 'seen last before the span',
    seen: [
      [-30, 0],
      [5, 1],
      [59.5, 2],
    ],
    gaps: ['0-5 not-measured 0', '6-59 not-measured 0'],
  },
  { name: 'the minute that is now is not over', seen: [[10, 0]], now: 12.5, gaps: ['11-12 not-delivered ?'] },
];

describe('unseen minutes', () => {
  it.each(cases)('$name', ({ seen: sketches, hub = [], refused = [], now, gaps }) => {
    const evidence: PumpEvidence = {
      pump: 'p',
      hub: 'h',
      seen: seen(sketches),
      hubStates: hub.map(([at, online]) => ({ at: T0 + at * minute, online })),
      refusedAt: refused.map((at) => T0 + at * minute),
    };
    const found = unseenMinutes(evidence, now === undefined ? span : { ...span, now: T0 + now * minute });
    const place = (ms: number) => (ms - T0) / minute;
    expect(
      found.map((gap) => `${place(gap.from)}-${place(gap.to)} ${gap.cause} ${gap.missingReadings ?? '?'}`),
    ).toEqual(gaps);
    expect(found.every((gap) => gap.minutes === place(gap.to) - place(gap.from) && gap.infusion === 'inf-1')).toBe(
      true,
    );
  });
});
