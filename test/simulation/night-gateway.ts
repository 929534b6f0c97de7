import { Admission, type JournalPort } from '#intake/admission.ts';
import { MemoryJournal } from '#journal/memory-journal.ts';
import type { Clock } from '#kernel/clock.ts';
import { ulidOf } from '#kernel/ids.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { millis } from '#kernel/time.ts';
import type { ActionResult, Alert, AlertAction } from '#model/alert.ts';
import { outboxStream } from '#model/paging.ts';
import type { Person } from '#model/role.ts';
import type { Channel } from '#notify/channel.ts';
import type { NotifierProblem, OutboxPort } from '#notify/ports.ts';
import { AlertRunner } from '../../gateway/alerts/alert-runner.ts';
import { alertEventStream } from '../../gateway/alerts/alert-store.ts';
import { type AlertPolicy, defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import type { JournalSource } from '../../gateway/alerts/ports.ts';
import { Chance } from './chance.ts';
import { LifeClock, type NightClock } from './night-clock.ts';
import { type CrashPoints, type DiskOf, NightJournalPort, NightStateStore } from './night-disk.ts';
import type { GatewayEnd, Packet } from './night-link.ts';
import { type CrashPoint, type NightPlan, type PlannedCrash, within } from './night-plan.ts';

/** What a notifier is given by the gateway it runs in. */
export interface PagerParts {
  readonly store: StateStore;
  readonly life: LifeClock;
  readonly onProblem: (problem: NotifierProblem) => void;
  readonly onUndelivered: (of: { readonly alert: string; readonly page: string }) => void;
}

/** A notifier of one life of the gateway: it looks at the outbox when told, and now and then. */
export interface Pager {
  look(): void;
}

/** Each part as it should be; a test may put a faulty one in the place of any (planted-faults.ts). */
export interface Wiring {
  journalPort(port: JournalPort, disk: DiskOf): JournalPort;
  store(store: StateStore, disk: Pick<DiskOf, 'life' | 'clock'>, behind: StateStore): StateStore;
  source(source: JournalSource, store: StateStore): JournalSource;
  clock(life: LifeClock): Clock;
  /** What a person's tap becomes on its way to the runner. */
  act(action: AlertAction): AlertAction;
  readonly policy: AlertPolicy;
  channel(channel: Channel): Channel;
  outbox(outbox: OutboxPort, notifyStore: StateStore): OutboxPort;
  /** Whether the broker hands a packet on; `early` acknowledges it there and then. */
  accepts(packet: Packet, early: () => void): boolean;
}

export const soundWiring: Wiring = {
  journalPort: (port) => port,
  store: (store) => store,
  source: (source) => source,
  clock: (life) => life,
  act: (action) => action,
  policy: defaultAlertPolicy,
  channel: (channel) => channel,
  outbox: (outbox) => outbox,
  accepts: () => true,
};

/** Points that come by only when somebody is to be called. */
const ofPages: ReadonlySet<CrashPoint> = new Set([
  'before a reading is judged',
  'before a page is stored',
  'after a page is stored',
  'before messages are stored',
  'as a message goes out',
]);

export interface GatewayHears {
  committed(payloads: readonly Uint8Array[]): void;
  stored(events: number, pages: number): void;
  up(): void;
  died(): void;
}

/**
 * The gateway of a night: real admission, engine, runner, saver and outbox, on a journal and a state file in memory that
 * outlive it. It dies as the plan says and its keeper starts it again.
 */
export class NightGateway implements GatewayEnd, CrashPoints {
  readonly journal = new MemoryJournal();
  readonly state = new MemoryStateStore();
  crashes = 0;
  /** Spans without a running gateway. */
  readonly away: { fromMs: number; toMs: number }[] = [];
  readonly #plan: NightPlan;
  readonly #clock: NightClock;
  readonly #wiring: Wiring;
  readonly #hears: GatewayHears;
  readonly #newPager: (parts: PagerParts) => Pager;
  readonly #chance: Chance;
  #due: PlannedCrash | null = null;
  #running: { life: LifeClock; admission: Admission; runner: AlertRunner; store: StateStore; pager: Pager } | null =
    null;

  constructor(
    plan: NightPlan,
    clock: NightClock,
    wiring: Wiring,
    hears: GatewayHears,
    newPager: (parts: PagerParts) => Pager,
  ) {
    this.#plan = plan;
    this.#clock = clock;
    this.#wiring = wiring;
    this.#hears = hears;
    this.#newPager = newPager;
    this.#chance = new Chance(plan.seed, 'gateway');
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  start(): void {
    const life = new LifeClock(this.#clock);
    const clock = this.#wiring.clock(life);
    const disk = { clock: this.#clock, life, chance: this.#chance, crashes: this };
    const journalDisk = { ...disk, refuses: () => within(this.#plan.journalRefuses, this.#clock.monotonic()) };
    const stateDisk = { ...disk, refuses: () => within(this.#plan.stateRefuses, this.#clock.monotonic()) };
    const port = new NightJournalPort(journalDisk, this.journal, (batch) =>
      this.#hears.committed(batch.flatMap((one) => (one.kind === 'message' ? [one.payload] : []))),
    );
    const store = this.#wiring.store(new NightStateStore(stateDisk, this.#watched()), disk, this.#watched());
    const pager = this.#newPager({
      store,
      life,
      onProblem: ({ code, active, text }) => runner.technical({ code, hub: null, pump: null, active, text }),
      onUndelivered: ({ alert, page }) => runner.undelivered(alert, page),
    });
    const runner = new AlertRunner({
      journal: this.#wiring.source(this.journal, store),
      store,
      clock,
      random: this.#chance.random,
      newId: ulidOf,
      policy: this.#wiring.policy,
      log: silentLogger,
      onEvents: () => pager.look(),
    });
    const admission = new Admission(this.#wiring.journalPort(port, journalDisk), clock, () => runner.notify());
    this.#running = { life, admission, runner, store, pager };
    runner.start();
    pager.look();
    this.#hears.up();
  }

  plan(crash: PlannedCrash): void {
    this.#clock.after(millis(crash.atMs), 'crash', () => {
      if (this.#running === null || this.#due !== null) return;
      this.#due = crash;
      if (crash.point === 'anywhere') this.#die();
      // A point that is not come by: it dies all the same.
      else {
        this.#clock.after(millis(ofPages.has(crash.point) ? 1_800_000 : 60_000), 'crash-late', () => {
          if (this.#due === crash) this.#die();
        });
      }
    });
  }

  reached(point: CrashPoint): boolean {
    if (this.#due?.point !== point) return false;
    this.#die();
    return true;
  }

  receive({ topic, payload, hub, dup }: Packet, ack: () => void): void {
    const running = this.#running;
    if (running === null || !this.#wiring.accepts({ topic, payload, hub, dup }, ack)) return;
    running.admission.submit(
      { kind: 'message', topic, payload, receivedAt: this.#clock.wall(), cause: 'said' },
      (error) => {
        if (error === null && !running.life.isDead) ack();
      },
    );
  }

  linkLost(hub: string): void {
    const will = JSON.stringify({ state: 'offline', boot: 'will', at: this.#clock.wall() });
    this.#running?.admission.submit(
      {
        kind: 'message',
        topic: `infusion/v1/${hub}/status`,
        payload: Buffer.from(will),
        receivedAt: this.#clock.wall(),
        cause: 'link-lost',
      },
      () => {},
    );
  }

  /** As the API does it: null when the gateway is away or could not store it. */
  act(id: string, person: Person, decide: (alert: Alert) => AlertAction | null): ActionResult | null {
    if (this.#running === null) return null;
    const { runner } = this.#running;
    try {
      const found = runner.open().find((alert) => alert.id === id);
      const action = found ? decide(found) : null;
      return action === null ? { result: 'not-found' } : runner.act(id, this.#wiring.act(action), person);
    } catch {
      return null;
    }
  }

  #die(): void {
    const crash = this.#due;
    this.#due = null;
    if (this.#running === null || crash === null) return;
    this.#running.life.kill();
    this.#running = null;
    this.crashes += 1;
    const fromMs = this.#clock.monotonic();
    this.away.push({ fromMs, toMs: fromMs + crash.awayMs });
    this.#hears.died();
    this.#clock.after(millis(crash.awayMs), 'keeper', () => this.start());
  }

  /** The store itself, telling the checker when a row became durable. */
  #watched(): StateStore {
    const { state } = this;
    const hears = this.#hears;
    return {
      get: (collection, key) => state.get(collection, key),
      list: (collection, prefix) => state.list(collection, prefix),
      read: (stream, after, limit) => state.read(stream, after, limit),
      last: (stream) => state.last(stream),
      transact: (work) => {
        const answer = state.transact(work);
        hears.stored(state.last(alertEventStream), state.last(outboxStream));
        return answer;
      },
      close: () => {},
    };
  }
}
