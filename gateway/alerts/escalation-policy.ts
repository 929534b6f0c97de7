import Type, { type Static } from 'typebox';
import { channelKinds } from '#model/paging.ts';

const exact = { additionalProperties: false } as const;
const seconds = (description: string) => Type.Integer({ minimum: 0, maximum: 604_800, description });

/** Targets that a plan may name. A person by name comes in only by what happens: who took it, who is there. */
const targets = ['primary', 'backup', 'supervisor', 'pharmacist', 'everyone', 'technician'] as const;

export const EscalationStepSchema = Type.Object(
  {
    afterSeconds: seconds('When the step pages, counted from the beginning.'),
    targets: Type.Array(Type.Enum([...targets]), { minItems: 1 }),
    channels: Type.Array(Type.Array(Type.Enum([...channelKinds]), { minItems: 1 }), {
      minItems: 1,
      description: 'Groups of channels: the first at once, the next when no receipt came in time.',
    }),
    receiptSeconds: Type.Union([seconds('How long a group may go without a receipt.'), Type.Null()]),
  },
  exact,
);

export const EscalationPlanSchema = Type.Object(
  {
    steps: Type.Array(EscalationStepSchema, { minItems: 1, maxItems: 20 }),
    repeatSeconds: Type.Integer({
      minimum: 60,
      maximum: 604_800,
      description: 'The last step again and again, without end, this far apart.',
    }),
    repeatByDayOnly: Type.Boolean({ description: 'Repeats wait for the day hours.' }),
  },
  exact,
);

export const EscalationSchema = Type.Object(
  {
    high: EscalationPlanSchema,
    medium: EscalationPlanSchema,
    low: EscalationPlanSchema,
    technical: EscalationPlanSchema,
    byCode: Type.Record(Type.String(), EscalationPlanSchema, {
      description: 'Plans of single conditions, by the code of the alert, in place of that of their priority.',
    }),
    visitHeadStartSeconds: seconds('How long a nurse at the home has before the plan itself begins.'),
    noticeChannels: Type.Array(Type.Array(Type.Enum([...channelKinds]))),
    dayHours: Type.Object(
      {
        zone: Type.String({ description: 'IANA time zone' }),
        from: Type.Integer({ minimum: 0, maximum: 23 }),
        to: Type.Integer({ minimum: 1, maximum: 24 }),
      },
      exact,
    ),
    heldLookSeconds: Type.Integer({
      minimum: 1,
      maximum: 300,
      description: 'How often a page that is held is judged again.',
    }),
  },
  exact,
);

export type EscalationStep = Static<typeof EscalationStepSchema>;
export type EscalationPlan = Static<typeof EscalationPlanSchema>;
export type EscalationPolicy = Static<typeof EscalationSchema>;
