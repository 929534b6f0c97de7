import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { GatewayError } from '#kernel/errors.ts';
import defaults from './default-policy.json' with { type: 'json' };
import { EscalationSchema } from './escalation-policy.ts';

const seconds = (description: string) => Type.Integer({ minimum: 0, maximum: 604_800, description });
const exact = { additionalProperties: false };

const PriorityRules = Type.Object(
  {
    clearHoldSeconds: seconds('How long a condition must stay away before it counts as cleared.'),
    reopenSeconds: seconds('A condition that returns within this time of clearing belongs to the same occurrence.'),
    acknowledgementSeconds: seconds('How long an acknowledgement lasts while the condition is there.'),
    clearedAcknowledgementSeconds: seconds('How long it lasts, counted from its start, once the condition cleared.'),
    snoozeMinutes: Type.Integer({ minimum: 0, maximum: 10_080, description: 'The longest single snooze.' }),
    snoozeTotalMinutes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'The most snoozing of one occurrence together; null for no limit.',
    }),
    shelveMinutes: Type.Integer({ minimum: 0, maximum: 43_200, description: 'The longest shelving; 0 forbids it.' }),
    closes: Type.Enum(['never', 'answered', 'always'], {
      description:
        'What closes by itself once it cleared and did not come back in the reopen window: nothing, what somebody took, all.',
    }),
    closeNeedsNote: Type.Boolean({ description: 'Closing takes words beside the outcome.' }),
  },
  exact,
);

const SilenceRules = Type.Object(
  {
    criticalSeconds: seconds('Silence before the alert, high, when a critical drug is running.'),
    otherSeconds: seconds('Silence before the alert, medium, otherwise.'),
    raiseSeconds: seconds('Silence before a medium alert becomes high while therapy may be affected.'),
  },
  exact,
);

/** Every number the alert rules use, as data that an agency can change. */
export const AlertPolicySchema = Type.Object(
  {
    version: Type.String({ minLength: 1, maxLength: 64, description: 'Written into every alert.' }),
    criticalDrugs: Type.Array(Type.String({ minLength: 1 }), {
      description: 'Drugs whose interruption harms within minutes: J-codes or drug library ids, upper or lower case.',
    }),
    backlog: Type.Object(
      {
        olderThanSeconds: seconds('A reading older than this on arrival is backlog.'),
        quietSeconds: seconds('A backlog has ended when nothing more came for this long.'),
        mostRuns: Type.Integer({ minimum: 10, description: 'Changes of the alarm set kept before judging early.' }),
      },
      exact,
    ),
    technical: Type.Record(
      Type.String(),
      Type.Object(
        {
          priority: Type.Enum(['high', 'medium', 'low', 'technical']),
          holdSeconds: Type.Optional(
            seconds('How long a condition of the gateway itself lasts before it is an alert.'),
          ),
        },
        exact,
      ),
      { description: 'Technical conditions by code; one that is not named has priority `technical`.' },
    ),
    priorities: Type.Object(
      { high: PriorityRules, medium: PriorityRules, low: PriorityRules, technical: PriorityRules },
      exact,
    ),
    escalation: EscalationSchema,
    chatter: Type.Object(
      {
        cycles: Type.Integer({ minimum: 2, maximum: 100, description: 'So many onsets of one occurrence …' }),
        withinSeconds: seconds('… within this time mean that its limit needs mending.'),
      },
      exact,
    ),
    storm: Type.Object(
      {
        hubs: Type.Integer({ minimum: 1, description: 'More hubs than this dark together are one outage.' }),
        withinSeconds: seconds('How far apart they may have fallen silent.'),
        headStartSeconds: seconds('How long the digest speaks alone for a dark hub of high priority.'),
        lookSeconds: Type.Integer({ minimum: 1, maximum: 300, description: 'How often an outage is looked at again.' }),
      },
      exact,
    ),
    undoSeconds: seconds('How long a person may take back their own act.'),
    derived: Type.Object(
      {
        holdSeconds: Type.Object(
          { high: seconds('high'), medium: seconds('medium'), low: seconds('low') },
          { ...exact, description: 'How long readings must show a condition before it counts.' },
        ),
        limits: Type.Object(
          {
            rateTolerancePct: Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
            volumeTolerancePct: Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
            notStartedSeconds: seconds('How long after its order began a pump may not deliver.'),
            reservoirLowMinutes: Type.Number({ exclusiveMinimum: 0 }),
            reservoirUrgentMinutes: Type.Number({ exclusiveMinimum: 0 }),
            batteryLowMinutes: Type.Number({ exclusiveMinimum: 0 }),
            batteryUrgentMinutes: Type.Number({ exclusiveMinimum: 0 }),
          },
          { ...exact, description: 'Limits that a prescriber may set otherwise for one patient.' },
        ),
        rateHysteresisPct: Type.Number({ minimum: 0, maximum: 50, description: 'Points back inside to be over.' }),
        rateFarPct: Type.Number({ exclusiveMinimum: 0, description: 'More than due by this is high at once.' }),
        leastVolumeMl: Type.Number({ exclusiveMinimum: 0, description: 'The counter is judged over so much.' }),
        volumeResolutionMl: Type.Number({ minimum: 0, description: 'What the counter of a pump resolves.' }),
        freeFlowMl: Type.Number({ exclusiveMinimum: 0, description: 'Flow out of a pump that stands still.' }),
        forecastHysteresisPct: Type.Number({ minimum: 0, maximum: 200 }),
        gapSeconds: seconds('How long readings may be missing.'),
        skewLowSeconds: seconds('Clock of a hub off by this: low.'),
        skewMediumSeconds: seconds('Clock of a hub off by this: medium.'),
      },
      exact,
    ),
    silence: Type.Object(
      {
        badgeSeconds: seconds('Silence after which the screens mark a pump or hub, without an alert.'),
        pumpQuiet: SilenceRules,
        hubDark: SilenceRules,
        hubReturnGraceSeconds: seconds('Time for the pumps of a hub to report after it came back.'),
        restartGraceSeconds: seconds('Time for hubs to reconnect after the gateway itself was away.'),
      },
      exact,
    ),
  },
  exact,
);

export type AlertPolicy = Static<typeof AlertPolicySchema>;

/**
 * Checks a policy read from a file.
 * @throws GatewayError `config-invalid` naming every problem at once.
 */
export function parseAlertPolicy(input: unknown): AlertPolicy {
  if (Value.Check(AlertPolicySchema, input)) return input;
  const problems = [...Value.Errors(AlertPolicySchema, input)]
    .map((problem) => `${problem.instancePath || 'policy'} ${problem.message}`)
    .join('; ');
  throw new GatewayError('config-invalid', `Alert policy: ${problems}`);
}

/**
 * The proposed defaults. Holds, reopen windows, acknowledgement and snooze limits and the hub-dark times are the D numbers
 * of the alerting survey (§2.2, §2.4). The five minutes of a quiet pump are our own proposal. All need clinical sign-off.
 */
export const defaultAlertPolicy: AlertPolicy = parseAlertPolicy(defaults);

/** A test for the drugs of the policy; unknown drugs are not critical. */
export function criticalDrugTest(policy: AlertPolicy): (drug: string | null) => boolean {
  const critical = new Set(policy.criticalDrugs.map((drug) => drug.toLowerCase()));
  return (drug) => drug !== null && critical.has(drug.toLowerCase());
}
