import { encodeReadings } from '#codec/hub-json.ts';
import { millis } from '#kernel/time.ts';
import type { PumpReading } from '#model/reading.ts';
import type { Chance } from './chance.ts';
import type { NightClock } from './night-clock.ts';
import type { NightLink } from './night-link.ts';
import { NIGHT_MS, type PlannedHub } from './night-plan.ts';
import type { NightPump } from './night-pump.ts';

/** Readings in a message at most: a hub with hours of backlog sends them bit by bit. */
const MESSAGE_READINGS = 50;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

/** One reading on its way, by its identity. */
export interface Sent {
  readonly pump: string;
  readonly boot: string;
  readonly reading: PumpReading;
  /** True time of measuring. */
  readonly trueMs: number;
}

export interface HubParts {
  readonly clock: NightClock;
  readonly chance: Chance;
  readonly link: NightLink;
  readonly startMs: number;
  /** What a payload holds, for those who know the truth. */
  readonly onSent: (payload: Uint8Array, sent: readonly Sent[]) => void;
  readonly onAcked: (payload: Uint8Array, sent: readonly Sent[]) => void;
}

interface Lane {
  readonly pump: NightPump;
  seq: number;
  waiting: Sent[];
  /** Number of the message in flight; zero for none. */
  flight: number;
}

/** A hub: looks at its pumps, keeps what it saw until it is acknowledged, sends it again until then. Its clock is its own. */
export class NightHub {
  readonly plan: PlannedHub;
  readonly #clock: NightClock;
  readonly #chance: Chance;
  readonly #link: NightLink;
  readonly #lanes: Lane[];
  readonly #startMs: number;
  readonly #parts: HubParts;
  #boots = 0;
  #messages = 0;

  constructor(parts: HubParts, plan: PlannedHub, pumps: readonly NightPump[]) {
    this.plan = plan;
    this.#clock = parts.clock;
    this.#chance = parts.chance;
    this.#link = parts.link;
    this.#startMs = parts.startMs;
    this.#parts = parts;
    this.#lanes = pumps.map((pump) => ({ pump, seq: 0, waiting: [], flight: 0 }));
  }

  get boot(): string {
    return `${this.plan.id}-boot-${this.#boots}`;
  }

  start(): void {
    this.#reboot();
    for (const atMs of this.plan.rebootsAtMs) {
      this.#clock.after(millis(atMs), 'hub-reboot', () => this.#reboot());
    }
    for (const lane of this.#lanes) {
      this.#clock.after(millis(this.#chance.whole(100, 60_000)), 'first-look', () => this.#look(lane));
    }
  }

  /** The link stands again: say so, and go on with what waits. */
  connected(): void {
    this.#link.publish(
      this.plan.id,
      `infusion/v1/${this.plan.id}/status`,
      Buffer.from(this.status('online')),
      false,
      () => {},
    );
    for (const lane of this.#lanes) {
      lane.flight = 0;
      this.#send(lane, FIRST_RETRY_MS);
    }
  }

  /** The pump is looked at out of turn: something on it has just changed. */
  touched(pump: NightPump): void {
    const lane = this.#lanes.find((one) => one.pump === pump);
    if (lane && !pump.isDead(this.#clock.monotonic())) this.#measure(lane);
  }

  status(state: 'online' | 'offline'): string {
    return JSON.stringify({ state, boot: this.boot, at: this.#wall(), firmware: '1.0' });
  }

  #reboot(): void {
    this.#boots += 1;
    for (const lane of this.#lanes) lane.seq = 0;
    this.#link.reconnect(this.plan.id, this.#boots === 1 ? 10 : 20_000);
  }

  #look(lane: Lane): void {
    const now = this.#clock.monotonic();
    if (lane.pump.isDead(now) || now >= NIGHT_MS) return;
    this.#measure(lane);
    const next = lane.pump.nextLookMs(now);
    this.#clock.after(millis(next - now), 'look', () => this.#look(lane));
  }

  #measure(lane: Lane): void {
    const trueMs = this.#clock.monotonic();
    const reading = lane.pump.look(trueMs, lane.seq, this.#wall());
    lane.seq += 1;
    lane.waiting.push({ pump: lane.pump.plan.id, boot: this.boot, reading, trueMs });
    if (lane.flight === 0) this.#send(lane, FIRST_RETRY_MS);
  }

  /** A hub's own clock: off, and drifting. It knows nothing of steps of the gateway's calendar. */
  #wall(): number {
    const mono = this.#clock.monotonic();
    return Math.round(this.#startMs + mono * (1 + this.plan.driftPpm / 1e6) + this.plan.skewMs);
  }

  #send(lane: Lane, retryMs: number, dup = false): void {
    const boot = lane.waiting[0]?.boot;
    if (boot === undefined) {
      lane.flight = 0;
      return;
    }
    const last = lane.waiting.findIndex((sent, i) => sent.boot !== boot || i >= MESSAGE_READINGS);
    const sent = lane.waiting.slice(0, last < 0 ? lane.waiting.length : last);
    this.#messages += 1;
    const number = this.#messages;
    lane.flight = number;
    const topic = `infusion/v1/${this.plan.id}/${lane.pump.plan.id}/readings`;
    const payload = Buffer.from(
      encodeReadings(
        boot,
        sent.map(({ reading }) => reading),
      ),
    );
    this.#parts.onSent(payload, sent);
    this.#link.publish(this.plan.id, topic, payload, dup, () => {
      // An answer that comes late is an answer: what it speaks of is on the gateway's disk.
      this.#parts.onAcked(payload, sent);
      this.#acked(lane, number, sent);
    });
    this.#clock.after(millis(retryMs), 'hub-retry', () => {
      if (lane.flight === number) this.#send(lane, Math.min(LONGEST_RETRY_MS, 2 * retryMs), true);
    });
  }

  #acked(lane: Lane, number: number, sent: readonly Sent[]): void {
    const done = new Set(sent);
    lane.waiting = lane.waiting.filter((one) => !done.has(one));
    if (lane.flight !== number) return;
    lane.flight = 0;
    this.#send(lane, FIRST_RETRY_MS);
  }
}
