import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { IdMaker } from '#kernel/ids.ts';
import type { StateStore } from '#kernel/state-store.ts';
import type { ContactPoint, Recipient } from '#model/contact.ts';
import type { ContactInput, PersonSettings } from '#model/on-call.ts';
import { hashPassword, passwordMatches } from './access-password.ts';

const collections = { points: 'contact', settings: 'contact-settings', pins: 'contact-pin' } as const;
const defaultSettings: PersonSettings = { language: 'en', zone: 'UTC' };

/** What an address of each channel looks like. */
const forms: Readonly<Record<ContactPoint['channel'], RegExp>> = {
  sms: /^\+[1-9]\d{6,14}$/,
  voice: /^\+[1-9]\d{6,14}$/,
  email: /^[^\s@<>,;"]+@[^\s@<>,;"]+$/,
  push: /^\{.*\}$/s,
  ntfy: /^https?:\/\/\S+\/[\w-]+$/,
  webhook: /^https?:\/\/\S+$/,
};

/** How people can be reached: points that they have confirmed, their language and zone, and the PIN of a voice reply. */
export class Contacts {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #newId: IdMaker;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>, newId: IdMaker) {
    this.#store = store;
    this.#clock = clock;
    this.#newId = newId;
  }

  recipient(person: string): Recipient {
    const settings = this.#store.get<PersonSettings>(collections.settings, person) ?? defaultSettings;
    return { person, ...settings, points: this.points(person) };
  }

  points(person: string): ContactPoint[] {
    return this.#store.list<ContactPoint>(collections.points, `${person}/`).map(({ value }) => value);
  }

  /** Whether anybody has a contact point. */
  anybody(): boolean {
    return this.#store.list(collections.points).length > 0;
  }

  /** @throws GatewayError `bad-request` when the address is not one of its channel. */
  add(person: string, { channel, address, secret }: ContactInput): ContactPoint {
    if (!forms[channel].test(address)) throw new GatewayError('bad-request', `That is no address for ${channel}.`);
    if ((channel === 'webhook') !== (secret !== undefined)) {
      throw new GatewayError('bad-request', 'A webhook has a secret `whsec_…`, and nothing else has one.');
    }
    const known = this.points(person).find((point) => point.channel === channel && point.address === address);
    if (known) return known;
    const point: ContactPoint = {
      id: this.#newId(),
      channel,
      address,
      secret: secret ?? null,
      addedAt: this.#clock.wall(),
      confirmedAt: null,
    };
    this.#put(person, point);
    return point;
  }

  /** The person answered a test page sent there. Answers whether there is such a point. */
  confirm(person: string, id: string): boolean {
    const point = this.#store.get<ContactPoint>(collections.points, `${person}/${id}`);
    if (point) this.#put(person, { ...point, confirmedAt: point.confirmedAt ?? this.#clock.wall() });
    return point !== undefined;
  }

  remove(person: string, id: string): boolean {
    const key = `${person}/${id}`;
    return this.#store.transact((tx) => {
      const known = tx.get(collections.points, key) !== undefined;
      tx.delete(collections.points, key);
      return known;
    });
  }

  set(person: string, settings: PersonSettings): void {
    this.#store.transact((tx) => tx.put(collections.settings, person, { ...settings }));
  }

  settings(person: string): PersonSettings {
    return this.#store.get<PersonSettings>(collections.settings, person) ?? defaultSettings;
  }

  /** @throws GatewayError `bad-request` unless it is 4 to 8 digits. */
  async setPin(person: string, pin: string): Promise<void> {
    if (!/^\d{4,8}$/.test(pin)) throw new GatewayError('bad-request', 'A PIN has 4 to 8 digits.');
    const hashed = await hashPassword(pinText(pin));
    this.#store.transact((tx) => tx.put(collections.pins, person, hashed));
  }

  async pinMatches(person: string, pin: string): Promise<boolean> {
    return passwordMatches(pinText(pin), this.#store.get<string>(collections.pins, person) ?? null);
  }

  /** Whose number this is, among confirmed points of text messages. */
  personOfNumber(number: string): string | undefined {
    const found = this.#store
      .list<ContactPoint>(collections.points)
      .filter(({ value }) => value.channel === 'sms' && value.address === number && value.confirmedAt !== null)
      .map(({ key }) => key.slice(0, key.lastIndexOf('/')));
    // A number that two people share says nothing about who answered.
    return new Set(found).size === 1 ? found[0] : undefined;
  }

  #put(person: string, point: ContactPoint): void {
    this.#store.transact((tx) => tx.put(collections.points, `${person}/${point.id}`, point));
  }
}

/** A PIN is short, and lives beside passwords without being one. */
const pinText = (pin: string): string => `voice reply ${pin}`;
