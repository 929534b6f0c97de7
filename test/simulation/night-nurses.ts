import { millis } from '#kernel/time.ts';
import type { Alert, AlertAction } from '#model/alert.ts';
import type { ContactChannel, ContactPoint, Recipient } from '#model/contact.ts';
import type { PageTarget } from '#model/paging.ts';
import type { Person, Role } from '#model/role.ts';
import type { DirectoryPort } from '#notify/ports.ts';
import type { Chance } from './chance.ts';
import type { NightClock } from './night-clock.ts';
import type { NightGateway } from './night-gateway.ts';
import { type Span, within } from './night-plan.ts';
import { nightChannels, type Told } from './night-providers.ts';

const person = (name: string, role: Role): Person => ({ name, role, agency: null });
const staff = {
  primary: person('Ana', 'nurse'),
  backup: person('Ben', 'nurse'),
  supervisor: person('Sue', 'supervisor'),
  pharmacist: person('Pat', 'pharmacist'),
  technician: person('Tom', 'technician'),
} as const;
const everybody: readonly Person[] = Object.values(staff);

const point = (channel: ContactChannel): ContactPoint => ({
  id: channel,
  channel,
  address: channel,
  secret: null,
  addedAt: 0,
  confirmedAt: 0,
});
const recipientOf = ({ name }: Person): Recipient => ({
  person: name,
  language: 'en',
  zone: 'UTC',
  points: nightChannels.map(point),
});

/** Who is meant by a target tonight. All have set up every way to be reached. */
export const nightDirectory: DirectoryPort = {
  recipients: (target) => peopleOf(target).map(recipientOf),
  recipient: (name) => everybody.filter((one) => one.name === name).map(recipientOf)[0],
  anybody: () => true,
  isForPeople: () => true,
};

function peopleOf(target: Exclude<PageTarget, 'paged'>): readonly Person[] {
  if (target === 'everyone') return everybody;
  if (target === 'visiting') return [staff.primary];
  if (typeof target === 'string') return [staff[target]];
  return everybody.filter(({ name }) => name === target.person);
}

export interface WardParts {
  /** Nobody hears a phone. */
  readonly asleep: readonly Span[];
  readonly clock: NightClock;
  readonly chance: Chance;
  readonly gateway: () => NightGateway;
  /** Somebody is at the pump. */
  readonly tend: (pump: string) => void;
  readonly onAct: (alert: string, who: string, action: string) => void;
}

/** The people who carry the phones: they take it, pass it on, sleep through it, forget that they took it. */
export class NightPeople {
  readonly #parts: WardParts;
  /** Pages that a person has looked at, on whichever phone it rang first. */
  readonly #seen = new Set<string>();

  constructor(parts: WardParts) {
    this.#parts = parts;
  }

  told({ page, person }: Told): void {
    const { chance, clock, asleep } = this.#parts;
    if (within(asleep, clock.monotonic())) return;
    const who = everybody.find(({ name }) => name === person);
    const key = `${page.id} ${person}`;
    if (who === undefined || this.#seen.has(key) || (page.kind !== 'page' && page.kind !== 'digest')) return;
    this.#seen.add(key);
    const alerts = page.kind === 'digest' ? page.gathers : [page.alert];
    for (const alert of alerts) {
      const what = chance.random();
      const afterMs = Math.round(chance.spread(5_000, 200_000));
      if (what < 0.55) this.#later(afterMs, () => this.#take(alert, who));
      else if (what < 0.62)
        this.#later(afterMs, () => this.#act(alert, who, ({ version }) => ({ action: 'decline', version })));
      else if (what < 0.7)
        this.#later(afterMs, () =>
          this.#act(alert, who, ({ version }) => ({
            action: 'snooze',
            version,
            minutes: 5,
            reason: 'with another patient',
          })),
        );
    }
  }

  /** Takes it; mostly goes and mends it, and closes it when it is over; sometimes forgets. */
  #take(id: string, who: Person): void {
    const { chance, tend } = this.#parts;
    this.#act(
      id,
      who,
      ({ version, response }) => (response === 'acknowledged' ? null : { action: 'ack', version }),
      (alert) => {
        if (chance.share(0.12)) return;
        this.#later(Math.round(chance.spread(60_000, 1_200_000)), () => {
          if (alert.pump !== null) tend(alert.pump);
          this.#close(id, who, 0);
        });
      },
    );
  }

  #close(id: string, who: Person, tries: number): void {
    if (tries > 6) return;
    this.#later(180_000, () => {
      const answer = this.#parts.gateway().act(id, who, ({ version, state, response }) => {
        if (state === 'closed') return null;
        if (response !== 'acknowledged') return { action: 'ack', version };
        return { action: 'close', version, outcome: 'other', note: 'seen to' };
      });
      if (answer?.result === 'done') this.#parts.onAct(id, who.name, 'close');
      if (
        answer === null ||
        answer.result === 'not-allowed' ||
        (answer.result === 'done' && answer.alert.state === 'open')
      ) {
        this.#close(id, who, tries + 1);
      }
    });
  }

  /** Until the gateway answered: a phone without an answer tries again. */
  #act(
    id: string,
    who: Person,
    decide: (alert: Alert) => AlertAction | null,
    then: (alert: Alert) => void = () => {},
  ): void {
    let kind = '';
    const answer = this.#parts.gateway().act(id, who, (alert) => {
      const action = alert.state === 'closed' ? null : decide(alert);
      kind = action?.action ?? '';
      return action;
    });
    if (answer === null) this.#later(5_000, () => this.#act(id, who, decide, then));
    else if (answer.result === 'done') {
      this.#parts.onAct(id, who.name, kind);
      then(answer.alert);
    }
  }

  #later(delayMs: number, run: () => void): void {
    this.#parts.clock.after(millis(delayMs), 'person', run);
  }
}
