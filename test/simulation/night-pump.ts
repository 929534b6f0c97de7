import { alarmKinds } from '#model/alarms.ts';
import type { PumpReading } from '#model/reading.ts';
import type { Chance } from './chance.ts';
import type { PlannedHazard, PlannedPump } from './night-plan.ts';

/** How it is with one hazard in truth, whoever knows of it. Instants in ms from the start of the night. */
export interface TrueHazard {
  readonly pump: string;
  readonly hub: string;
  readonly code: PlannedHazard['code'];
  readonly fromMs: number;
  endMs: number | null;
}

const QUIET_MS = 120_000;
const EVENT_MS = 10_000;
const LONG_EVENT_MS = 60_000;
/** A hub looks closely for this long once something happens. */
const CLOSE_MS = 120_000;
/** "Checking line": an alarm of a pump that tries again is away for 15 s of each minute (pump-telemetry.md §2.2). */
const RETRY_MS = 60_000;
const RETRY_AWAY_MS = 15_000;
/** And it gives up after nine times. */
const RETRIES_MS = 9 * RETRY_MS;
const LIMIT_MMHG = 400;
const STOPS = new Set<string>([
  'occlusion-downstream',
  'air-in-line',
  'reservoir-empty',
  'door-open',
  'battery-depleted',
  'pump-fault',
  'key-not-pressed',
]);

/**
 * A pump as a hub sees it. Far lighter than the simulator's, which solves its hydraulics each second: a thousand nights of twenty
 * pumps have to run in minutes, and the alert engine sees alarms, states, volumes and pressures only at the readings.
 */
export class NightPump {
  readonly plan: PlannedPump;
  readonly hazards: TrueHazard[] = [];
  readonly #chance: Chance;
  /** Many pumps measure a line pressure and tell nobody. */
  readonly #tellsPressure: boolean;
  readonly #baseMmHg: number;
  readonly #climbMs: number;
  #infusedMl = 0;
  #lastMs = 0;
  #changedMs = Number.NEGATIVE_INFINITY;

  constructor(plan: PlannedPump, hub: string, chance: Chance) {
    this.plan = plan;
    this.#chance = chance;
    this.#tellsPressure = chance.share(0.5);
    this.#baseMmHg = Math.round(chance.between(10, 60));
    const complianceUl = chance.spread(0.4, 2);
    this.#climbMs = Math.min(1_200_000, ((LIMIT_MMHG - this.#baseMmHg) * complianceUl * 3_600) / plan.rateMlH);
    for (const { fromMs, untilMs, code } of plan.hazards) {
      this.hazards.push({ pump: plan.id, hub, code, fromMs, endMs: untilMs });
    }
  }

  isDead(nowMs: number): boolean {
    return this.plan.diesAtMs !== null && nowMs >= this.plan.diesAtMs;
  }

  /** Somebody sees to the pump: what is wrong with it at that moment is put right. */
  tend(nowMs: number): void {
    for (const hazard of this.hazards) {
      if (hazard.fromMs <= nowMs && (hazard.endMs === null || hazard.endMs > nowMs)) hazard.endMs = nowMs;
    }
    this.#changedMs = nowMs;
  }

  /** When the hub looks at the pump next: at once when something changes, closely for a while after, and else now and then. */
  nextLookMs(nowMs: number): number {
    let next = nowMs + (nowMs - this.#changedMs < CLOSE_MS ? EVENT_MS : QUIET_MS);
    for (const [i, hazard] of this.hazards.entries()) {
      const from = hazard.fromMs;
      const climbs = this.#tellsPressure && hazard.code === 'occlusion-downstream' ? from - this.#climbMs : from;
      if (climbs > nowMs) next = Math.min(next, climbs);
      if (from > nowMs) {
        next = Math.min(next, from);
        if (this.#tellsPressure && nowMs >= climbs) next = Math.min(next, nowMs + EVENT_MS);
      }
      if (hazard.endMs !== null && hazard.endMs > nowMs) next = Math.min(next, hazard.endMs);
      if (this.#holds(hazard, nowMs)) {
        next = Math.min(next, nowMs + (nowMs - from < CLOSE_MS ? EVENT_MS : LONG_EVENT_MS));
        if (this.#retries(i, nowMs)) next = Math.min(next, nextFlicker(from, nowMs));
      }
    }
    return Math.max(nowMs + 1, Math.ceil(next));
  }

  /** What the hub reads of it now. */
  look(nowMs: number, seq: number, atMs: number): PumpReading {
    const { drug, rateMlH } = this.plan;
    const alarms = this.hazards.filter((hazard, i) => {
      if (!this.#holds(hazard, nowMs)) return false;
      return !this.#retries(i, nowMs) || (nowMs - hazard.fromMs) % RETRY_MS < RETRY_MS - RETRY_AWAY_MS;
    });
    const stopped = this.hazards.some((hazard) => this.#holds(hazard, nowMs) && STOPS.has(hazard.code));
    const rate = stopped ? 0 : rateMlH;
    this.#infusedMl += (rate * (nowMs - this.#lastMs)) / 3_600_000;
    this.#lastMs = nowMs;
    const codes = [...new Set(alarms.map(({ code }) => code))].sort();
    return {
      seq,
      atMs,
      state: stopped ? 'stopped' : 'infusing',
      infusion: 'run-1',
      drug,
      rateMlH: rate,
      programmedRateMlH: rateMlH,
      infusedMl: Number(this.#infusedMl.toFixed(2)),
      ...(this.#tellsPressure && {
        pressureMmHg: Math.round(this.#pressure(nowMs) + this.#chance.between(-2, 2)),
        pressureLimitMmHg: LIMIT_MMHG,
      }),
      onMains: true,
      alarms: codes.map((code) => ({ code })),
    };
  }

  #holds({ fromMs, endMs }: TrueHazard, nowMs: number): boolean {
    return fromMs <= nowMs && (endMs === null || nowMs < endMs);
  }

  #retries(hazard: number, nowMs: number): boolean {
    const plan = this.plan.hazards[hazard];
    return plan?.flickers === true && nowMs - plan.fromMs < RETRIES_MS;
  }

  #pressure(nowMs: number): number {
    for (const hazard of this.hazards) {
      if (hazard.code !== 'occlusion-downstream') continue;
      if (this.#holds(hazard, nowMs)) return LIMIT_MMHG;
      const since = nowMs - (hazard.fromMs - this.#climbMs);
      if (since > 0 && nowMs < hazard.fromMs) {
        return this.#baseMmHg + ((LIMIT_MMHG - this.#baseMmHg) * since) / this.#climbMs;
      }
    }
    return this.#baseMmHg;
  }
}

function nextFlicker(fromMs: number, nowMs: number): number {
  const phase = (nowMs - fromMs) % RETRY_MS;
  const away = RETRY_MS - RETRY_AWAY_MS;
  return nowMs + (phase < away ? away - phase : RETRY_MS - phase);
}

/** What a hazard of this kind is worth by the alarm table. */
export const priorityOf = (code: PlannedHazard['code']) => alarmKinds[code].priority;
