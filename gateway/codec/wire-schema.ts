import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { WIRE_ID_PATTERN } from '#kernel/ids.ts';
import { pumpStates } from '#model/reading.ts';

/** 256 KiB a message and 500 readings a message. Design contract §5. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
export const MAX_READINGS = 500;

/** 2000-01-01T00:00:00Z. */
export const EARLIEST_AT_MS = 946_684_800_000;
/** A reading may be dated at most a year ahead of the gateway's clock. */
export const LATEST_AHEAD_MS = 366 * 86_400_000;

const id = Type.String({ pattern: WIRE_ID_PATTERN });
/** No control characters and no half of a surrogate pair: those could not be stored and read back the same. */
const TEXT_PATTERN = '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]+$';
const label = Type.String({ minLength: 1, maxLength: 128, pattern: TEXT_PATTERN });
const volumeMl = Type.Number({ minimum: 0, maximum: 1_000_000 });
const rateMlH = Type.Number({ minimum: 0, maximum: 100_000 });
const instantMs = Type.Integer({ minimum: EARLIEST_AT_MS, maximum: 8_640_000_000_000_000 });

/** A reading as it stands in a message. Fields that are not listed here are allowed and kept. */
export const wireReading = Type.Object({
  seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  at: instantMs,
  state: Type.Enum([...pumpStates]),
  infusion: Type.Optional(label),
  drug: Type.Optional(label),
  rate_ml_h: Type.Optional(rateMlH),
  programmed_rate_ml_h: Type.Optional(rateMlH),
  infused_ml: Type.Optional(volumeMl),
  remaining_ml: Type.Optional(volumeMl),
  reservoir_ml: Type.Optional(volumeMl),
  // Below zero is real: a line hanging under the pump pulls.
  pressure_mmhg: Type.Optional(Type.Number({ minimum: -2_000, maximum: 20_000 })),
  pressure_limit_mmhg: Type.Optional(Type.Number({ minimum: 0, maximum: 20_000 })),
  battery_pct: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  on_mains: Type.Optional(Type.Boolean()),
  alarms: Type.Optional(Type.Array(label, { maxItems: 64 })),
});
export type WireReading = Static<typeof wireReading>;

export const wireStatus = Type.Object({
  state: Type.Enum(['online', 'offline']),
  boot: id,
  at: instantMs,
  firmware: Type.Optional(label),
  pumps: Type.Optional(
    Type.Array(Type.Object({ id, model: Type.Optional(label), serial: Type.Optional(label) }), { maxItems: 1_000 }),
  ),
});
export type WireStatus = Static<typeof wireStatus>;

export const wireEnvelope = Type.Object({ boot: id, readings: Type.Array(Type.Unknown()) });

export const readingCheck = Compile(wireReading);
export const statusCheck = Compile(wireStatus);
export const envelopeCheck = Compile(wireEnvelope);
