/** Alarm priority of IEC 60601-1-8. `technical` is for the gateway's own conditions, which page no nurse. */
export type AlarmPriority = 'high' | 'medium' | 'low' | 'technical';

/** The order in which people should look at things: smallest first. */
export const priorityRank: Readonly<Record<AlarmPriority, number>> = { high: 0, medium: 1, low: 2, technical: 3 };

export interface AlarmKind {
  /** Number on the wire of IEEE 11073-10101: partition x 65536 + term code. */
  readonly mdcCode: number;
  readonly mdcRefId: string;
  readonly priority: AlarmPriority;
  /** One short line for a nurse. */
  readonly text: string;
}

/**
 * The one table of pump alarms. MDC numbers: HL7 fhirserver resources/11073 (2018-09-17), partition 3. Priorities: the
 * published behaviour collected in the project's alarm survey (IEC 60601-2-24 demands high for occlusion); where pumps
 * differ the higher is taken.
 */
export const alarmKinds = {
  'occlusion-downstream': {
    mdcCode: 197360,
    mdcRefId: 'MDC_EVT_FLUID_LINE_OCCL_DISTAL',
    priority: 'high',
    text: 'Line blocked between pump and patient',
  },
  'occlusion-upstream': {
    mdcCode: 197358,
    mdcRefId: 'MDC_EVT_FLUID_LINE_OCCL_PROXIMAL',
    priority: 'high',
    text: 'Line blocked between bag and pump',
  },
  'air-in-line': { mdcCode: 197200, mdcRefId: 'MDC_EVT_FLUID_LINE_AIR', priority: 'high', text: 'Air in the line' },
  'reservoir-low': {
    mdcCode: 197334,
    mdcRefId: 'MDC_EVT_VOL_INFUS_NEAR_COMP',
    priority: 'low',
    text: 'Bag, cassette or syringe nearly empty',
  },
  'reservoir-empty': {
    mdcCode: 196634,
    mdcRefId: 'MDC_EVT_EMPTY',
    priority: 'high',
    text: 'Bag, cassette or syringe empty',
  },
  'door-open': { mdcCode: 197084, mdcRefId: 'MDC_EVT_DOOR_POSN_ERR', priority: 'high', text: 'Pump door open' },
  'battery-low': { mdcCode: 196802, mdcRefId: 'MDC_EVT_BATT_LO', priority: 'medium', text: 'Pump battery low' },
  'battery-depleted': {
    mdcCode: 197336,
    mdcRefId: 'MDC_EVT_BATT_DEPL',
    priority: 'high',
    text: 'Pump battery empty, pump about to stop',
  },
  'infusion-complete': {
    mdcCode: 197332,
    mdcRefId: 'MDC_EVT_VOL_INFUS_COMP',
    priority: 'low',
    text: 'Infusion complete',
  },
  'near-end': {
    mdcCode: 197334,
    mdcRefId: 'MDC_EVT_VOL_INFUS_NEAR_COMP',
    priority: 'low',
    text: 'Infusion close to its end',
  },
  'key-not-pressed': {
    mdcCode: 197330,
    mdcRefId: 'MDC_EVT_CALLBACK',
    priority: 'medium',
    text: 'Pump waits for a key to be pressed',
  },
  'free-flow': {
    mdcCode: 197346,
    mdcRefId: 'MDC_EVT_CHECK_IV_SET',
    priority: 'high',
    text: 'Fluid may be flowing freely',
  },
  'over-infusion': {
    mdcCode: 196648,
    mdcRefId: 'MDC_EVT_HI',
    priority: 'high',
    text: 'Pump delivers more than programmed',
  },
  'under-infusion': {
    mdcCode: 196950,
    mdcRefId: 'MDC_EVT_FLOW_LO',
    priority: 'medium',
    text: 'Pump delivers less than programmed',
  },
  'pump-fault': { mdcCode: 196678, mdcRefId: 'MDC_EVT_MALF', priority: 'high', text: 'Pump malfunction' },
  'line-disconnected': {
    mdcCode: 197346,
    mdcRefId: 'MDC_EVT_CHECK_IV_SET',
    priority: 'high',
    text: 'Line disconnected',
  },
  unknown: {
    mdcCode: 196616,
    mdcRefId: 'MDC_EVT_ALARM',
    priority: 'high',
    text: 'Pump alarm of a kind the gateway does not know',
  },
} as const satisfies Record<string, AlarmKind>;

export type AlarmCode = keyof typeof alarmKinds;

export const alarmCodes = Object.keys(alarmKinds).filter((code): code is AlarmCode => code in alarmKinds);

export const isAlarmCode = (text: string): text is AlarmCode => Object.hasOwn(alarmKinds, text);
