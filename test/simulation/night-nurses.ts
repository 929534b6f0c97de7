import type { Clock } from '#kernel/clock.ts';
import type { Plain } from '#kernel/state-store.ts';
import { millis } from '#kernel/time.ts';
import type { Alert, AlertAction } from '#model/alert.ts';
import type { Page, PageTarget } from '#model/paging.ts';
import type { Person, Role } from '#model/role.ts';
import type { Chance } from './chance.ts';
import type { NightClock } from './night-clock.ts';
import { type NightGateway, outboxStream, type Pager, type PagerParts } from './night-gateway.ts';
import { type NightPlan, within } from './night-plan.ts';

const person = (name: string, role: Role): Person => ({ name, role, agency: null });
const staff = {
  primary: person('Ana', 'nurse'),
  backup: person('Ben', 'nurse'),
  supervisor: person('Sue', 'supervisor'),
  pharmacist: person('Pat', 'pharmacist'),
  technician: person('Tom', 'technician'),
} as const;
const everybody: readonly Person[] = Object.values(staff);

/** A message that reached a phone. */
export interface Told {
  readonly page: Page;
  readonly person: string;
  readonly atMs: number;
}

/** What is on the notifier's own disk. */
export interface PagerDisk {
  cursor: number;
  /** Keys of messages that are done: sent, or given up. */
  readonly done: Set<string>;
}

const POLL_MS = 5_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/**
 * A plain notifier: reads the outbox from its own place, sends each page to each of its people by one way, tries again while the
 * provider fails, and remembers what is done. It dies with its gateway; its disk stays.
 */
export class NightPager implements Pager {
  readonly #parts: PagerParts;
  readonly #disk: PagerDisk;
  readonly #phones: NightPhones;
  readonly #clock: Clock;
  #looking = false;

  constructor(parts: PagerParts, disk: PagerDisk, phones: NightPhones) {
    this.#parts = parts;
    this.#disk = disk;
    this.#phones = phones;
    this.#clock = parts.life;
    this.#clock.every(millis(POLL_MS), 'pager-poll', () => this.#read());
  }

  look(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#clock.after(millis(0), 'pager', () => {
      this.#looking = false;
      this.#read();
    });
  }

  #read(): void {
    const { store } = this.#parts;
    if (store.last(outboxStream) <= this.#disk.cursor) return;
    for (const { position, value } of store.read<Plain<Page>>(outboxStream, this.#disk.cursor, 1_000)) {
      for (const who of this.#phones.recipients(value)) this.#send(value, who, 0);
      // Its place is kept only once the messages are, here in the same breath.
      this.#disk.cursor = position;
    }
  }

  #send(page: Page, who: Person, tries: number): void {
    const key = `${page.id} ${who.name}`;
    if (this.#disk.done.has(key)) return;
    if (tries === 0) this.#disk.done.delete(key);
    if (this.#phones.provider(page, who)) {
      this.#disk.done.add(key);
      return;
    }
    const wait = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 15_000;
    if (page.nextAt !== null && this.#parts.clock.wall() > page.nextAt) return;
    this.#clock.after(millis(wait), 'pager-retry', () => this.#send(page, who, tries + 1));
  }
}

export interface WardParts {
  readonly plan: NightPlan;
  readonly clock: NightClock;
  readonly chance: Chance;
  readonly gateway: () => NightGateway;
  /** Somebody is at the pump. */
  readonly tend: (pump: string) => void;
  readonly onTold: (told: Told) => void;
  readonly onAct: (alert: string, who: string, action: string) => void;
}

/** Providers, phones, and the people who carry them: they take it, pass it on, sleep through it, forget that they took it. */
export class NightPhones {
  readonly #parts: WardParts;
  /** Messages whose answer was lost: the provider has them, the notifier does not know. */
  lostAnswers = 0;

  constructor(parts: WardParts) {
    this.#parts = parts;
  }

  recipients(page: Page): Person[] {
    const people = page.targets.flatMap((target) => this.#peopleOf(target));
    return [...new Set(people)];
  }

  /** True when the provider said that it has the message. */
  provider(page: Page, who: Person): boolean {
    const { plan, chance, clock } = this.#parts;
    if (within(plan.providersFail, clock.monotonic())) return false;
    if (!chance.share(0.08)) {
      clock.after(millis(chance.whole(500, 12_000)), 'phone', () => this.#rings(page, who));
    }
    if (chance.share(plan.link.lost / 2)) {
      this.lostAnswers += 1;
      return false;
    }
    return true;
  }

  #peopleOf(target: PageTarget): readonly Person[] {
    if (target === 'everyone' || target === 'paged') return everybody;
    if (target === 'visiting') return [staff.primary];
    if (typeof target === 'string') return [staff[target]];
    return everybody.filter(({ name }) => name === target.person);
  }

  #rings(page: Page, who: Person): void {
    const { clock, chance, onTold } = this.#parts;
    onTold({ page, person: who.name, atMs: clock.monotonic() });
    if (page.kind !== 'page' && page.kind !== 'digest') return;
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
