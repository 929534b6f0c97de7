import Type, { type Static, type TInteger, type TNumber, type TString } from 'typebox';
import { wireReading } from '#codec/wire-schema.ts';
import { errorKinds } from '#kernel/errors.ts';
import type { priorityRank } from '#model/alarms.ts';
import { type AlertEnd, type AlertHold, alertEventKinds, alertHolds, alertOutcomes } from '#model/alert.ts';
import { channelKinds, deliveryStates } from '#model/paging.ts';
import { roles } from '#model/role.ts';
import { serviceKinds } from '#model/service-record.ts';
import { trendColumns } from '#model/trend.ts';
import { appliedRuleSchema, evidenceSchema, pageSchema } from './schemas-explanation.ts';

/** The shapes of answers. Fields that are not listed here never leave the gateway. All instants are Unix ms. */

/** A list of types rather than `anyOf`, which the serialiser would have to try one by one. */
const nullable = <T extends TString | TInteger | TNumber>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] });
const closed = { additionalProperties: false } as const;

const instant = Type.Integer({ description: 'Unix ms' });
const text = Type.String();
const maybeText = nullable(text);
const maybeInstant = nullable(instant);

export const priority = Type.Enum(['high', 'medium', 'low', 'technical'] satisfies (keyof typeof priorityRank)[]);
export const alertState = Type.Enum(['open', 'closed']);
export const outcome = Type.Enum([...alertOutcomes]);

export const problemSchema = Type.Object({
  type: text,
  title: text,
  status: Type.Integer(),
  code: Type.Enum(Object.keys(errorKinds)),
  detail: text,
  next: text,
});

export const personSchema = Type.Object({ name: text, role: Type.Enum([...roles]), agency: maybeText }, closed);

const alertFields = {
  id: text,
  version: Type.Integer(),
  pump: maybeText,
  hub: maybeText,
  patient: maybeText,
  code: text,
  priority,
  text,
  state: alertState,
  condition: Type.Enum(['active', 'clearing', 'cleared']),
  stateUnknown: Type.Boolean(),
  response: Type.Enum(['unacknowledged', 'acknowledged', 'snoozed', 'shelved']),
  acknowledgedBy: maybeText,
  acknowledgedAt: maybeInstant,
  acknowledgementExpires: maybeInstant,
  assignedTo: maybeText,
  escalationStep: nullable(Type.Integer()),
  nextStepAt: maybeInstant,
  held: Type.Unsafe<AlertHold | null>({ enum: [...alertHolds, null] }),
  chatter: Type.Boolean(),
  missed: Type.Boolean(),
  since: instant,
  learnedAt: instant,
  clearedAt: maybeInstant,
  closedAt: maybeInstant,
  outcome: Type.Unsafe<AlertEnd | null>({ enum: [...alertOutcomes, 'retired', null] }),
  count: Type.Integer(),
  drug: maybeText,
  policy: text,
};
export const alertSchema = Type.Object(alertFields, closed);

const eventFields = {
  alert: text,
  kind: Type.Enum([...alertEventKinds]),
  at: instant,
  by: maybeText,
  reason: text,
  cause: nullable(Type.Integer()),
  note: maybeText,
};
export const alertRowSchema = Type.Object(
  { position: Type.Integer(), event: Type.Object({ ...eventFields, after: alertSchema }, closed) },
  closed,
);
const deliverySchema = Type.Object(
  {
    key: text,
    page: text,
    alert: text,
    step: Type.Integer(),
    kind: Type.Enum(['page', 'taken', 'resolved', 'digest']),
    recipient: text,
    channel: Type.Enum([...channelKinds]),
    state: Type.Enum([...deliveryStates]),
    queuedAt: instant,
    changedAt: instant,
    tries: Type.Integer(),
    problem: maybeText,
  },
  closed,
);
export const alertDetailSchema = Type.Object(
  {
    ...alertFields,
    rule: appliedRuleSchema,
    timeline: Type.Array(Type.Object(eventFields, closed)),
    evidence: Type.Array(evidenceSchema),
    pages: Type.Array(pageSchema),
    deliveries: Type.Array(deliverySchema),
  },
  closed,
);
/** `alert`: as it is now, where it was the alert that stood against the act. */
export const alertConflictSchema = Type.Object({ ...problemSchema.properties, alert: Type.Optional(alertSchema) });

export const hubSchema = Type.Object(
  {
    id: text,
    state: Type.Enum(['online', 'offline']),
    boot: maybeText,
    firmware: maybeText,
    lastSeen: instant,
    clockSkewMs: nullable(Type.Number()),
    pumps: Type.Array(text),
  },
  closed,
);

/** The bounds of wire fields are for input; of what goes out only the shape matters. */
export const pumpSchema = Type.Object(
  {
    id: text,
    hub: text,
    model: maybeText,
    serial: maybeText,
    lastSeen: instant,
    stateUnknown: Type.Boolean(),
    clockSkewMs: nullable(Type.Number()),
    latest: wireReading,
    boot: text,
    gaps: Type.Array(Type.Object({ boot: text, from: Type.Integer(), to: Type.Integer() }, closed)),
    openAlerts: Type.Integer(),
  },
  closed,
);

const columns = Type.Object(
  Object.fromEntries(trendColumns.map((column) => [column, nullable(Type.Number())])),
  closed,
);
export const trendSchema = Type.Object(
  {
    pump: text,
    from: instant,
    to: instant,
    bucketMs: Type.Number(),
    points: Type.Array(
      Type.Object({ at: instant, min: columns, max: columns, mean: columns, count: Type.Integer() }, closed),
    ),
  },
  closed,
);

export const serviceSchema = Type.Object(
  {
    id: text,
    kind: Type.Enum([...serviceKinds]),
    patient: maybeText,
    pump: maybeText,
    hub: maybeText,
    alert: text,
    performer: text,
    action: Type.Enum(['acknowledged', 'noted', 'closed']),
    start: instant,
    end: instant,
    durationMs: Type.Number(),
    finding: maybeText,
    place: Type.Literal('remote'),
    covered: Type.Literal(true),
    bundled: Type.Literal(true),
    separatelyPayable: Type.Literal(false),
    citation: text,
    alertEvent: Type.Integer(),
  },
  closed,
);

export const quarantineSchema = Type.Object(
  {
    offset: Type.Integer(),
    at: instant,
    hub: maybeText,
    pump: maybeText,
    topic: text,
    code: text,
    detail: text,
  },
  closed,
);

const systemProblems = Type.Array(Type.Object({ code: text, says: text, next: text }, closed));
export const readySchema = Type.Object({ ready: Type.Boolean(), problems: systemProblems }, closed);
const serialLine = Type.Object(
  {
    port: text,
    state: Type.Enum(['closed', 'opening', 'open', 'silent']),
    problem: Type.Union([text, Type.Null()]),
    lastFrameAt: Type.Union([Type.Number(), Type.Null()]),
    frames: Type.Number(),
    openings: Type.Number(),
    discardedBytes: Type.Number(),
  },
  closed,
);
export const systemSchema = Type.Object(
  {
    ready: Type.Boolean(),
    problems: systemProblems,
    storage: Type.Record(text, Type.Union([text, Type.Number(), Type.Boolean(), Type.Null()])),
    series: Type.Object({ lagPoints: Type.Number(), lagSeconds: Type.Number() }, closed),
    serial: Type.Array(serialLine),
    version: text,
  },
  closed,
);
