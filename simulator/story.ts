import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { WIRE_ID_PATTERN } from '#kernel/ids.ts';
import { alarmCodes } from '#model/alarms.ts';
import { pumpModels } from './pump-models/index.ts';
import { therapies } from './therapies/index.ts';

/**
 * A story is data: which hubs and pumps there are, and what happens to them at which second. Times count from the start
 * of the story (`events`) or of each round (`cycles`).
 */
const id = Type.String({ pattern: WIRE_ID_PATTERN });
const at = Type.Number({ minimum: 0 });
const positive = Type.Number({ exclusiveMinimum: 0 });
const closed = { additionalProperties: false } as const;
const onPump = <const Name extends string>(name: Name) => ({ at, pump: id, event: Type.Literal(name) });
const onHub = <const Name extends string>(name: Name) => ({ at, hub: id, event: Type.Literal(name) });

/** What can happen to a pump. Acts of a nurse or caregiver, of the patient's line, or of the pump itself. */
export const pumpEvent = Type.Union([
  /** A therapy begins; what is given here stands in place of the therapy's own figures. `skipS`: begin that far into it. */
  Type.Object(
    {
      ...onPump('start'),
      therapy: Type.Enum(therapies.map((each) => each.id)),
      bagMl: Type.Optional(positive),
      limitMmHg: Type.Optional(positive),
      skipS: Type.Optional(Type.Number({ minimum: 0 })),
    },
    closed,
  ),
  /** The line is blocked towards the patient; `opening` is the share of the way that is left, 0 when absent. */
  Type.Object({ ...onPump('occlude'), opening: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })) }, closed),
  Type.Object(onPump('release'), closed),
  Type.Object(onPump('pause'), closed),
  Type.Object(onPump('resume'), closed),
  Type.Object(onPump('stop'), closed),
  Type.Object({ ...onPump('flush'), ml: positive, seconds: positive }, closed),
  Type.Object({ ...onPump('replace-bag'), ml: positive }, closed),
  /** A condition the pump senses and stops for: `air-in-line`, `door-open` … */
  Type.Object({ ...onPump('fault'), code: Type.Enum(alarmCodes) }, closed),
  Type.Object(
    { ...onPump('battery'), pct: Type.Number({ minimum: 0, maximum: 100 }), onMains: Type.Boolean() },
    closed,
  ),
  /** A nurse pauses the pump, flushes the line, and starts it again: see `expand`. */
  Type.Object(onPump('nurse-visit'), closed),
]);

export const hubEvent = Type.Union([
  /** The network is gone; the pumps go on and the hub keeps their readings. */
  Type.Object(onHub('offline'), closed),
  Type.Object(onHub('online'), closed),
  /** Power off and on: a new boot. */
  Type.Object(onHub('restart'), closed),
]);

const storyEvent = Type.Union([...pumpEvent.anyOf, ...hubEvent.anyOf]);

export const storySchema = Type.Object(
  {
    title: Type.String({ minLength: 1 }),
    hubs: Type.Array(
      Type.Object(
        {
          id,
          /** How far the hub's clock is wrong, ms; ahead is positive. */
          clockOffsetMs: Type.Optional(Type.Integer()),
          pumps: Type.Array(
            Type.Object({ id, model: Type.Enum(pumpModels.map((each) => each.id)), serial: Type.String() }, closed),
            { minItems: 1 },
          ),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    /** Seconds between readings of a pump, unless the command line says otherwise. */
    intervalS: positive,
    events: Type.Array(storyEvent),
    /** Rounds that repeat for ever, so that a story left running stays alive. */
    cycles: Type.Optional(
      Type.Array(Type.Object({ fromS: at, everyS: positive, events: Type.Array(storyEvent) }, closed)),
    ),
  },
  closed,
);

export type Story = Static<typeof storySchema>;
export type StoryEvent = Static<typeof storyEvent>;
export type PumpStoryEvent = Static<typeof pumpEvent>;
export type HubStoryEvent = Static<typeof hubEvent>;

const storyCheck = Compile(storySchema);

/** Reads a story from JSON. @throws Error that lists every problem found. */
export function parseStory(text: string): Story {
  const value: unknown = JSON.parse(text);
  if (!storyCheck.Check(value)) {
    const problems = storyCheck.Errors(value).map((each) => `${each.instancePath || 'the story'}: ${each.message}`);
    throw new Error(`The story has problems:\n  ${[...new Set(problems)].slice(0, 20).join('\n  ')}`);
  }
  const problems = unknownNames(value);
  if (problems.length > 0) throw new Error(`The story has problems:\n  ${problems.join('\n  ')}`);
  return value;
}

function unknownNames(story: Story): string[] {
  const hubs = story.hubs.map((hub) => hub.id);
  const pumps = story.hubs.flatMap((hub) => hub.pumps.map((pump) => pump.id));
  const twice = [...hubs, ...pumps].filter((each, i, all) => all.indexOf(each) !== i);
  const events = [...story.events, ...(story.cycles ?? []).flatMap((cycle) => cycle.events)];
  return [
    ...twice.map((each) => `the id ${each} is used twice`),
    ...events.flatMap((event) => {
      if ('pump' in event) return pumps.includes(event.pump) ? [] : [`${event.event}: no pump ${event.pump}`];
      return hubs.includes(event.hub) ? [] : [`${event.event}: no hub ${event.hub}`];
    }),
  ];
}

/** Times of a nurse's visit. Chosen for the simulation; shorter than any pump's call-back. */
const VISIT = { flushAfterS: 15, flushMl: 10, flushS: 20, resumeAfterS: 45 };

/** Writes visits out as what the nurse does, and puts everything in order of time. */
export function expand(events: readonly StoryEvent[]): StoryEvent[] {
  return events
    .flatMap((event): StoryEvent[] => {
      if (event.event !== 'nurse-visit') return [event];
      const { at: start, pump } = event;
      return [
        { at: start, pump, event: 'pause' },
        { at: start + VISIT.flushAfterS, pump, event: 'flush', ml: VISIT.flushMl, seconds: VISIT.flushS },
        { at: start + VISIT.resumeAfterS, pump, event: 'resume' },
      ];
    })
    .sort((a, b) => a.at - b.at);
}
