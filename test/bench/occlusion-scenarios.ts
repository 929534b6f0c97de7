import { type Random, seededRandom } from '#kernel/random.ts';
import type { PumpReading, PumpState } from '#model/reading.ts';
import { Body, type Confounder, confounders } from './occlusion-body.ts';
import { between, bolusMlH, chance, drawRig, logBetween, pick, type Rig, Sensor } from './occlusion-rig.ts';

export interface Scenario {
  readonly kind: Confounder;
  readonly readings: readonly PumpReading[];
  readonly hours: number;
  /** Of a true occlusion: when the line closed and when the pump itself alarmed. */
  readonly truth: { readonly onsetMs: number; readonly alarmMs: number } | null;
}

export const bands = [
  { name: '0.1-1 mL/h', low: 0.1, high: 1 },
  { name: '1-10 mL/h', low: 1, high: 10 },
  { name: '10-25 mL/h', low: 10, high: 25 },
  { name: '25-250 mL/h', low: 25, high: 250 },
] as const;
export type Band = (typeof bands)[number];

/** uL/s of 1 mL/h. */
const UL_S = 1_000 / 3_600;
const T0 = 1_772_323_200_000;
/** A pump looks at its limit every second. */
const LATENCY_S = 1;
const GIVE_UP_S = 24 * 3_600;

interface Block {
  readonly onsetS: number;
  /** Time in which the way closes. */
  readonly closesS: number;
  /** What still gets through at the limit, as a share of the flow. */
  readonly leakShare: number;
}

interface Delivery {
  readonly state: PumpState;
  readonly rateMlH: number;
  readonly untilS: number;
}

/** A day (or less) of one pump, and nothing blocks it. */
export function confounderRun(seed: number, kind: Confounder, band: Band, hours: number): Scenario {
  const random = seededRandom(seed);
  const rig = drawRig(random, { rateMlH: logBetween(random, band.low, band.high), stick: sticks(kind, random) });
  return new Run(rig, kind, random).go(hours * 3_600, null);
}

/** Some ordinary time, then the line closes for good; one in twelve is closed when the infusion begins. */
export function occlusionRun(seed: number, band: Band): Scenario {
  const random = seededRandom(seed);
  const kind = pick(random, confounders);
  const rig = drawRig(random, { rateMlH: logBetween(random, band.low, band.high), stick: sticks(kind, random) });
  const block = {
    onsetS: onsetOf(random),
    closesS: chance(random, 0.2) ? logBetween(random, 5, 60) : 0,
    leakShare: chance(random, 0.25) ? between(random, 0, 0.6) : 0,
  };
  return new Run(rig, kind, random).go(block.onsetS + GIVE_UP_S, block);
}

/** From the beginning, within some hours, or after a day of habits. */
function onsetOf(random: Random): number {
  const which = random();
  if (which < 1 / 12) return 0;
  return which < 2 / 3 ? between(random, 600, 10_000) : between(random, 10_000, 80_000);
}

const sticks = (kind: Confounder, random: Random): boolean =>
  kind === 'sticking plunger' || (kind === 'all' && chance(random, 0.25));

class Run {
  readonly #rig: Rig;
  readonly #kind: Confounder;
  readonly #random: Random;
  readonly #body: Body;
  readonly #sensor: Sensor;
  #lineMmHg: number;
  #pumpedUl = 0;
  #overS = 0;
  #delivery: Delivery;
  #usual: number;

  constructor(rig: Rig, kind: Confounder, random: Random) {
    this.#rig = rig;
    this.#kind = kind;
    this.#random = random;
    this.#body = new Body(rig, kind, random);
    this.#sensor = new Sensor(rig, random);
    this.#lineMmHg = this.#body.pressureMmHg(0);
    this.#usual = rig.rateMlH;
    this.#delivery = { state: 'infusing', rateMlH: rig.rateMlH, untilS: 0 };
  }

  go(lengthS: number, block: Block | null): Scenario {
    const { everyS, jitterS } = this.#rig;
    const readings: PumpReading[] = [];
    let atS = 0;
    let alarmS: number | null = null;
    let silentUntilS = -1;
    for (let nextS = 0, seq = 0; nextS < lengthS && alarmS === null; nextS += everyS) {
      const dueS = nextS === 0 ? 0 : nextS + between(this.#random, -jitterS, jitterS);
      while (atS < dueS && alarmS === null) {
        const stepS = Math.min(dueS - atS, this.#stepS(atS, block));
        if (this.#pass(atS, stepS, block)) alarmS = atS + stepS;
        atS += stepS;
      }
      const seen = alarmS ?? dueS;
      if (this.#does('gaps and resends') && chance(this.#random, everyS / 3_600)) {
        silentUntilS = seen + logBetween(this.#random, 15, 900);
      }
      if (seen >= silentUntilS || alarmS !== null) readings.push(this.#reading(seq, seen, alarmS !== null));
      seq += 1;
      if (this.#does('gaps and resends') && chance(this.#random, 0.01)) this.#resend(readings);
    }
    const truth =
      block && alarmS !== null
        ? { onsetMs: T0 + block.onsetS * 1_000, alarmMs: T0 + Math.round(alarmS * 1_000) }
        : null;
    return { kind: this.#kind, readings, hours: atS / 3_600, truth };
  }

  #does(what: Confounder): boolean {
    return this.#kind === 'all' || this.#kind === what;
  }

  #stepS(atS: number, block: Block | null): number {
    const closing = block !== null && atS >= block.onsetS - 15;
    const fast = this.#rig.rateMlH > 20 && closing ? 0.2 : 1;
    return closing || this.#body.busy(atS) ? Math.min(fast, this.#rig.everyS) : 10;
  }

  /** Lets the line fill and empty; the exact answer for a constant load. True when the pump alarms. */
  #pass(atS: number, stepS: number, block: Block | null): boolean {
    const { rateMlH } = this.#program(atS, stepS);
    this.#body.pass(atS, stepS);
    const { complianceUlMmHg, yieldShare, resistance, limitMmHg } = this.#rig;
    const flow = rateMlH * UL_S;
    const shut = this.#shut(atS, block);
    const open = UL_S / (resistance + this.#body.kinkResistance(atS));
    const leak = block ? (block.leakShare * this.#usual * UL_S) / limitMmHg : 0;
    const conductance = open * (1 - shut) + leak * shut;
    const beyond = this.#body.pressureMmHg(atS);
    const full = Math.max(0, Math.min(1, this.#lineMmHg / limitMmHg));
    const compliance = complianceUlMmHg * (1 + yieldShare * full);
    if (conductance < 1e-9) this.#lineMmHg += (flow * stepS) / compliance;
    else {
      const end = beyond + flow / conductance;
      this.#lineMmHg = end + (this.#lineMmHg - end) * Math.exp((-conductance * stepS) / compliance);
    }
    this.#pumpedUl += flow * stepS;
    this.#overS = flow > 0 && this.#lineMmHg >= limitMmHg ? this.#overS + stepS : 0;
    return block !== null && atS >= block.onsetS && this.#overS >= LATENCY_S;
  }

  #shut(atS: number, block: Block | null): number {
    if (block === null || atS < block.onsetS) return 0;
    if (block.closesS === 0) return 1;
    // A way that narrows evenly matters only at its end; this closes by its fourth power, as a tube does.
    return 1 - Math.max(0, 1 - (atS - block.onsetS) / block.closesS) ** 4;
  }

  #program(atS: number, stepS: number): Delivery {
    const { rateMlH } = this.#rig;
    const comes = (perH: number) => chance(this.#random, (perH * stepS) / 3_600);
    if (this.#does('rate changes') && comes(0.3)) this.#usual = rateMlH * logBetween(this.#random, 0.4, 2.5);
    if (atS < this.#delivery.untilS) return this.#delivery;
    this.#delivery = { state: 'infusing', rateMlH: this.#usual, untilS: 0 };
    if (this.#does('boluses') && comes(0.5)) {
      this.#delivery = { state: 'bolus', rateMlH: bolusMlH(rateMlH), untilS: atS + between(this.#random, 15, 180) };
    }
    if (this.#does('pauses and KVO') && comes(0.25)) {
      const kvo = chance(this.#random, 0.4);
      const rate = rateMlH >= 10 ? 3 : Math.min(1, rateMlH);
      const untilS = atS + logBetween(this.#random, 20, 1_800);
      this.#delivery = { state: kvo ? 'kvo' : 'paused', rateMlH: kvo ? rate : 0, untilS };
    }
    return this.#delivery;
  }

  #reading(seq: number, atS: number, alarm: boolean): PumpReading {
    const { limitMmHg, tellsLimit, counterMl } = this.#rig;
    const { state, rateMlH } = this.#delivery;
    return {
      seq,
      atMs: T0 + Math.round(atS * 1_000),
      state: alarm ? 'stopped' : state,
      infusion: 'i-1',
      rateMlH: alarm ? 0 : Math.round(rateMlH * 100) / 100,
      programmedRateMlH: Math.round(this.#usual * 100) / 100,
      ...(counterMl > 0 && { infusedMl: Math.floor(this.#pumpedUl / 1_000 / counterMl) * counterMl }),
      pressureMmHg: this.#sensor.read(this.#seenMmHg(atS), this.#pumpedUl),
      ...(tellsLimit && { pressureLimitMmHg: limitMmHg }),
      alarms: alarm ? [{ code: 'occlusion-downstream' }] : [],
    };
  }

  /** A hand on the tube presses the sensor directly; the rest comes through the fluid. */
  #seenMmHg(atS: number): number {
    return this.#lineMmHg + 0.3 * this.#body.pressingMmHg(atS);
  }

  #resend(readings: PumpReading[]): void {
    const again = readings[readings.length - 1 - Math.floor(30 * this.#random())];
    if (again !== undefined) readings.push(again);
  }
}
