import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { WIRE_ID_PATTERN } from '#kernel/ids.ts';
import { alarmCodes } from '#model/alarms.ts';
import { pumpModels } from './pump-models/index.ts';
import { therapies, therapy } from './therapies/index.ts';

/**
 * A story is data: which hubs and pumps there are, and what happens to them at which second. Times count from the start
 * of the story (`events`) or of each round (`cycles`).
 */
const id = Type.String({ pattern: WIRE_ID_PATTERN });
const at = Type.Number({ minimum: 0 });
const positive = Type.Number({ exclusiveMinimum: 0 });
const share = Type.Number({ minimum: 0, maximum: 1 });
const percent = Type.Number({ minimum: 0, maximum: 100 });
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
      /** Of a therapy with one rate. */
      rateMlH: Type.Optional(positive),
      /** Pump model's drive has its play before it: fluid comes late. */
      unprimed: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  /** The line is blocked towards the patient by so many per cent of the way; wholly when absent. `opening` 0.2 says the same as `percent` 80. */
  Type.Object({ ...onPump('occlude'), percent: Type.Optional(percent), opening: Type.Optional(share) }, closed),
  /** The tube bends and straightens by chance: so long each on average, with that share of the way left, until `release`. */
  Type.Object({ ...onPump('kink'), opening: share, bentS: positive, straightS: positive }, closed),
  /** Between bag and pump. */
  Type.Object({ ...onPump('occlude-upstream'), percent: Type.Optional(percent) }, closed),
  Type.Object(onPump('release-upstream'), closed),
  Type.Object({ ...onPump('raise-arm'), cm: Type.Number(), seconds: positive }, closed),
  Type.Object({ ...onPump('cough'), times: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
  /** The catheter has left the vein by so much: that share of the flow goes into the tissue. 0 ends it. */
  Type.Object({ ...onPump('infiltrate'), share }, closed),
  Type.Object(onPump('disconnect'), closed),
  Type.Object(onPump('connect'), closed),
  /** The set without its clamp: the bag runs out by its own weight, until `clamp`. */
  Type.Object(onPump('free-flow'), closed),
  Type.Object(onPump('clamp'), closed),
  /** A bubble of air from the bag. */
  Type.Object({ ...onPump('air'), ml: positive }, closed),
  /** The bag's height above the pump. */
  Type.Object({ ...onPump('move-bag'), cm: Type.Number() }, closed),
  Type.Object({ ...onPump('set-rate'), rateMlH: positive }, closed),
  /** An old battery: it drains so many times as fast. */
  Type.Object({ ...onPump('battery-fade'), factor: positive }, closed),
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
  /** Power off: nothing is read until `plug`, which is a new boot. */
  Type.Object(onHub('unplug'), closed),
  Type.Object(onHub('plug'), closed),
  /** Somebody sets the hub's clock: +2 h is `byMs` 7200000. */
  Type.Object({ ...onHub('clock'), byMs: Type.Integer() }, closed),
  /** What the network does to readings messages from now on, per cent of them; what is absent ends. */
  Type.Object(
    {
      ...onHub('network'),
      losePct: Type.Optional(percent),
      duplicatePct: Type.Optional(percent),
      reorderPct: Type.Optional(percent),
      tornPct: Type.Optional(percent),
    },
    closed,
  ),
  /** A nurse sees to every pump of the home, one after the other. */
  Type.Object(onHub('home-visit'), closed),
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
          /** How many microseconds a second it gains. */
          clockDriftPpm: Type.Optional(Type.Number()),
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
      if ('pump' in event && !pumps.includes(event.pump)) return [`${event.event}: no pump ${event.pump}`];
      if (event.event === 'start' && event.rateMlH !== undefined && therapy(event.therapy).program.phases.length > 1) {
        return [`start: ${event.therapy} has several rates and takes no rateMlH`];
      }
      if ('pump' in event) return [];
      return hubs.includes(event.hub) ? [] : [`${event.event}: no hub ${event.hub}`];
    }),
  ];
}

/** Times of a nurse's visit. Chosen for the simulation; shorter than any pump's call-back. */
const VISIT = { flushAfterS: 15, flushMl: 10, flushS: 20, resumeAfterS: 45, nextPumpAfterS: 60 };

/** Writes visits out as what the nurse does, and puts everything in order of time. `hubs` tells whose pumps a home has. */
export function expand(events: readonly StoryEvent[], hubs: Story['hubs'] = []): StoryEvent[] {
  return events
    .flatMap((event): StoryEvent[] => {
      if (event.event === 'nurse-visit') return visit(event.at, event.pump);
      if (event.event !== 'home-visit') return [event];
      const pumps = hubs.find(({ id }) => id === event.hub)?.pumps ?? [];
      return pumps.flatMap((pump, i) => visit(event.at + i * VISIT.nextPumpAfterS, pump.id));
    })
    .sort((a, b) => a.at - b.at);
}

const visit = (start: number, pump: string): StoryEvent[] => [
  { at: start, pump, event: 'pause' },
  { at: start + VISIT.flushAfterS, pump, event: 'flush', ml: VISIT.flushMl, seconds: VISIT.flushS },
  { at: start + VISIT.resumeAfterS, pump, event: 'resume' },
];
