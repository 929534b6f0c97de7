/**
 * What is known of a pump from outside the stream of its readings: for whom it runs, what was ordered, who is there. The
 * registry supplies it; it enters the alert engine as an input and is stored with it, so that a replay judges the same.
 * Instants are Unix ms of the gateway's clock. All of it is JSON.
 */
export type PumpContext = {
  /** Opaque id of the patient, null while the pump is assigned to nobody. */
  readonly patient: string | null;
  /** The order in force. */
  readonly order: OrderedInfusion | null;
  /** Limits of this patient in place of the policy's. */
  readonly overrides: readonly LimitOverride[];
  /** A nurse is checked in at the home: alarms of this pump go to that nurse first. */
  readonly visit: Visit | null;
  /** Somebody works on the pump: low and medium pages wait. Nothing is hidden, and high ones page as ever. */
  readonly maintenance: Maintenance | null;
};

export type OrderedInfusion = {
  readonly id: string;
  /** As the pump's drug library calls it. */
  readonly drug: string | null;
  readonly jcode: string | null;
  readonly rateMlH: number | null;
  /** Of one infusion. */
  readonly volumeMl: number | null;
  /** When delivery should begin, and when the order ends; null for an open end. */
  readonly from: number;
  readonly to: number | null;
  /** Whether a pump that stands still contradicts the order. False for an order that is given now and then. */
  readonly continuous: boolean;
};

/** The limits that a prescriber may set for one patient, by the names of the alert policy. */
export const patientLimits = [
  'rateTolerancePct',
  'volumeTolerancePct',
  'notStartedSeconds',
  'reservoirLowMinutes',
  'reservoirUrgentMinutes',
  'batteryLowMinutes',
  'batteryUrgentMinutes',
] as const;
export type PatientLimit = (typeof patientLimits)[number];

/** One limit for one patient. It needs the order that it rests on, and it ends. */
export type LimitOverride = {
  readonly limit: PatientLimit;
  readonly value: number;
  /** Reference of the order. */
  readonly order: string;
  readonly by: string;
  readonly expires: number;
};

export type Visit = { readonly nurse: string; readonly since: number; readonly until: number };

export type Maintenance = {
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number;
};

export const noPumpContext: PumpContext = {
  patient: null,
  order: null,
  overrides: [],
  visit: null,
  maintenance: null,
};

/**
 * A condition of the gateway itself or of something it stands on: the series lag, a full disk, a notifier that fails, a
 * certificate that ends, nobody who can be reached. Told again and again it is one alert. `text` is for a technician or
 * nurse and holds no patient data.
 */
export type TechnicalCondition = {
  /** Lower-case words joined by `-`. It is the alert's code. */
  readonly code: string;
  readonly hub: string | null;
  readonly pump: string | null;
  readonly active: boolean;
  readonly text: string;
};
