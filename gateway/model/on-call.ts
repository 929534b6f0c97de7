import Type, { type Static } from 'typebox';
import { isLocalDate, isZone } from './calendar.ts';
import { contactChannels, languages } from './contact.ts';

/** Who answers when. All of it is kept by the registry and asked by the notifier. */

const exact = { additionalProperties: false } as const;
const date = Type.Refine(Type.String({ description: 'a date YYYY-MM-DD' }), isLocalDate);
const zone = Type.Refine(Type.String({ maxLength: 64, description: 'an IANA time zone' }), isZone);
const time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'a local time HH:MM' });
const name = Type.String({ minLength: 1, maxLength: 64 });
const instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: 'Unix ms' });
const agency = Type.Union([name, Type.Null()], { description: 'the agency, or null for all' });
const id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });

export const onCallRoles = ['primary', 'backup', 'supervisor', 'pharmacist', 'technician'] as const;
export type OnCallRole = (typeof onCallRoles)[number];
export const isOnCallRole = (text: string): text is OnCallRole => onCallRoles.some((role) => role === text);
const role = Type.Enum([...onCallRoles]);

/**
 * People take turns of `turnDays` days from the date `from`. A turn begins at `at`, local time. Without `until` it lasts to
 * the next turn; with it, it is a shift of each of its days from `at` to `until`, over midnight when `until` is not later.
 */
export const rotationSchema = Type.Object(
  {
    id,
    agency,
    role,
    zone,
    from: date,
    at: time,
    until: Type.Union([time, Type.Null()]),
    turnDays: Type.Integer({ minimum: 1, maximum: 366 }),
    people: Type.Array(name, { minItems: 1, maxItems: 100 }),
  },
  exact,
);
export type Rotation = Static<typeof rotationSchema>;

/** One person in place of whoever the rotations name. Of two that overlap the later made one holds. */
export const overrideSchema = Type.Object({ id, agency, role, person: name, from: instant, to: instant }, exact);
export type Override = Static<typeof overrideSchema>;

export const contactInputSchema = Type.Object(
  {
    channel: Type.Enum([...contactChannels]),
    address: Type.String({ minLength: 3, maxLength: 2_000 }),
    secret: Type.Optional(Type.String({ minLength: 20, maxLength: 200, description: 'whsec_… of a webhook' })),
  },
  exact,
);
export type ContactInput = Static<typeof contactInputSchema>;

export const personSettingsSchema = Type.Object({ language: Type.Enum([...languages]), zone }, exact);
export type PersonSettings = Static<typeof personSettingsSchema>;

/** Somebody is on call for [from, to). */
export type Shift = {
  readonly role: OnCallRole;
  readonly person: string;
  readonly from: number;
  readonly to: number;
  /** `rotation ID` or `override ID`. */
  readonly source: string;
};

/** Nobody who can be reached is on call for [from, to). */
export type ShiftGap = { readonly role: OnCallRole; readonly from: number; readonly to: number; readonly why: string };
