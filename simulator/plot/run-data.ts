import type { PumpState } from '#model/reading.ts';
import { simulate } from '../simulate.ts';
import type { Story, StoryEvent } from '../story.ts';

/** One moment of a run: what the pump tells and what is true. Undefined where the pump tells nothing. */
export interface RunSample {
  readonly atS: number;
  readonly state: PumpState;
  readonly pressureMmHg: number | undefined;
  readonly limitMmHg: number | undefined;
  readonly rateMlH: number | undefined;
  readonly truePressureMmHg: number;
  /** What reached the vein since the sample before, as a rate. */
  readonly trueFlowMlH: number | undefined;
}

export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

export interface RunData {
  readonly title: string;
  readonly pump: string;
  readonly seed: number;
  readonly durationS: number;
  readonly samples: readonly RunSample[];
  readonly alarms: readonly { readonly code: string; readonly spans: readonly Span[] }[];
  readonly events: readonly { readonly atS: number; readonly text: string }[];
  /** While the line was narrowed or shut. */
  readonly narrowed: readonly Span[];
}

export interface RunRequest {
  readonly story: Story;
  readonly pump: string;
  readonly seed: number;
  readonly durationS: number;
  readonly intervalS?: number;
}

const START_MS = Date.UTC(2026, 0, 5, 12);

/** Plays a story and keeps what befell one pump. */
export function runData({ story, pump, seed, durationS, intervalS }: RunRequest): RunData {
  const samples: RunSample[] = [];
  const open = new Map<string, number>();
  const closed = new Map<string, Span[]>();
  const narrowed: Span[] = [];
  let narrowedSinceS: number | undefined;
  let lastMl = 0;
  let lastS = 0;
  const alarmsAre = (codes: readonly string[], atS: number) => {
    for (const code of codes) if (!open.has(code)) open.set(code, atS);
    for (const [code, fromS] of open) {
      if (codes.includes(code)) continue;
      open.delete(code);
      closed.set(code, [...(closed.get(code) ?? []), { fromS, toS: atS }]);
    }
  };
  const narrowedIs = (is: boolean, atS: number) => {
    if (is) narrowedSinceS ??= atS;
    else if (narrowedSinceS !== undefined) {
      narrowed.push({ fromS: narrowedSinceS, toS: atS });
      narrowedSinceS = undefined;
    }
  };
  simulate({
    story: only(story, pump),
    seed,
    startMs: START_MS,
    durationS,
    ...(intervalS !== undefined && { intervalS }),
    onReading: () => {},
    onSample: ({ pump: sim }, atS, seen) => {
      const { patientMl, pressureMmHg, opening } = sim.line;
      const hours = (atS - lastS) / 3_600;
      samples.push({
        atS,
        state: seen.state,
        pressureMmHg: seen.pressureMmHg,
        limitMmHg: seen.pressureLimitMmHg,
        rateMlH: seen.rateMlH,
        truePressureMmHg: pressureMmHg,
        trueFlowMlH: hours > 0 && samples.length > 0 ? (patientMl - lastMl) / hours : undefined,
      });
      lastMl = patientMl;
      lastS = atS;
      alarmsAre(
        (seen.alarms ?? []).map(({ code }) => code),
        atS,
      );
      narrowedIs(opening < 1, atS);
    },
  });
  alarmsAre([], durationS);
  narrowedIs(false, durationS);
  return {
    title: story.title,
    pump,
    seed,
    durationS,
    samples,
    narrowed,
    alarms: [...closed].map(([code, spans]) => ({ code, spans })),
    events: story.events
      .filter((event) => 'pump' in event && event.pump === pump && event.at <= durationS)
      .map((event) => ({ atS: event.at, text: words(event) })),
  };
}

/** The story of one pump: the others would only cost time. */
function only(story: Story, pump: string): Story {
  const hubs = story.hubs
    .map((hub) => ({ ...hub, pumps: hub.pumps.filter(({ id }) => id === pump) }))
    .filter(({ pumps }) => pumps.length > 0);
  return { ...story, hubs };
}

/** `occlude 100 %`, `raise-arm 40 cm` … */
function words(event: StoryEvent): string {
  switch (event.event) {
    case 'start':
      return `start ${event.therapy}`;
    case 'occlude':
      return `occlude ${event.percent ?? Math.round((1 - (event.opening ?? 0)) * 100)} %`;
    case 'raise-arm':
      return `raise arm ${event.cm} cm`;
    case 'set-rate':
      return `rate ${event.rateMlH} mL/h`;
    case 'air':
      return `air ${event.ml} mL`;
    case 'flush':
    case 'replace-bag':
      return `${event.event.replace('-', ' ')} ${event.ml} mL`;
    default:
      return event.event.replace('-', ' ');
  }
}
