import type { Random } from '#kernel/random.ts';
import { between, chance, logBetween, normal, type Rig } from './occlusion-rig.ts';

/** What may happen beside an occlusion. `all` is a day with everything. */
export const confounders = [
  'none',
  'posture',
  'movement',
  'rate changes',
  'boluses',
  'second pump',
  'pauses and KVO',
  'gaps and resends',
  'sticking plunger',
  'brief kinks',
  'all',
] as const;
export type Confounder = (typeof confounders)[number];

/** A metre of water (pump-telemetry.md §3.1). */
const MMHG_PER_METRE = 73.6;

const posturesPerH = 3;
const movementsPerH = 2;
const leansPerH = 0.4;
const secondPumpPerH = 1;
const kinksPerH = 0.3;

/** A change of level that takes its time. */
interface Glide {
  readonly from: number;
  readonly to: number;
  readonly startS: number;
  readonly endS: number;
}

/**
 * The patient beyond the line: arm height, restlessness, leaning on the tube, another pump on the same vein, a tube that
 * kinks and straightens. Answers the pressure that the line works against and the resistance added to it.
 */
export class Body {
  readonly #random: Random;
  readonly #rig: Rig;
  readonly #does: (what: Confounder) => boolean;
  #posture: Glide = { from: 0, to: 0, startS: 0, endS: 0 };
  #wander = 0;
  #restlessUntilS = -1;
  #restlessMmHg = 0;
  #restless = 0;
  #leanUntilS = -1;
  #leanMmHg = 0;
  #secondMlH = 0;
  #secondBolusUntilS = -1;
  #kinkUntilS = -1;
  #kinkResistance = 0;

  constructor(rig: Rig, kind: Confounder, random: Random) {
    this.#rig = rig;
    this.#random = random;
    this.#does = (what) => kind === 'all' || kind === what;
  }

  /** True while something moves quickly, so that small steps are worth their price. */
  busy(atS: number): boolean {
    return atS < this.#posture.endS || atS < this.#restlessUntilS || atS < this.#leanUntilS || atS < this.#kinkUntilS;
  }

  /** Lets `stepS` pass; events come as a Poisson process. */
  pass(atS: number, stepS: number): void {
    const comes = (perH: number) => chance(this.#random, (perH * stepS) / 3_600);
    this.#wander += this.#rig.wanderMmHgPerRootH * Math.sqrt(stepS / 3_600) * normal(this.#random);
    this.#wander *= 1 - stepS / 20_000;
    if (this.#does('posture') && comes(posturesPerH)) this.#move(atS);
    if (this.#does('movement')) this.#stir(atS, stepS, comes);
    if (this.#does('second pump') && comes(secondPumpPerH)) this.#useSecondPump(atS);
    if (this.#does('brief kinks') && comes(kinksPerH) && atS > this.#kinkUntilS) this.#kink(atS);
  }

  /** Vein, height and whatever presses, at the patient's end of the line. */
  pressureMmHg(atS: number): number {
    const { venousMmHg, waveMmHg, resistance } = this.#rig;
    const wave = waveMmHg * Math.sin((2 * Math.PI * atS) / 86_400);
    const second = (this.#secondMlH + (atS < this.#secondBolusUntilS ? 80 : 0)) * Math.min(resistance, 0.4);
    return venousMmHg + wave + this.#wander + second + this.heightMmHg(atS) + this.pressingMmHg(atS);
  }

  heightMmHg(atS: number): number {
    const { from, to, startS, endS } = this.#posture;
    if (atS >= endS) return to;
    return from + ((to - from) * (atS - startS)) / (endS - startS);
  }

  pressingMmHg(atS: number): number {
    return (atS < this.#restlessUntilS ? this.#restless : 0) + (atS < this.#leanUntilS ? this.#leanMmHg : 0);
  }

  kinkResistance(atS: number): number {
    return atS < this.#kinkUntilS ? this.#kinkResistance : 0;
  }

  #move(atS: number): void {
    const metres = Math.max(-0.7, Math.min(0.7, 0.22 * normal(this.#random)));
    const takesS = logBetween(this.#random, 1, 45);
    const from = this.heightMmHg(atS);
    this.#posture = { from, to: metres * MMHG_PER_METRE, startS: atS, endS: atS + takesS };
  }

  #stir(atS: number, stepS: number, comes: (perH: number) => boolean): void {
    if (comes(movementsPerH)) {
      this.#restlessUntilS = atS + logBetween(this.#random, 10, 240);
      this.#restlessMmHg = logBetween(this.#random, 3, 25);
    }
    if (comes(leansPerH)) {
      this.#leanUntilS = atS + logBetween(this.#random, 3, 60);
      this.#leanMmHg = logBetween(this.#random, 15, 120);
    }
    if (atS >= this.#restlessUntilS) return;
    const keeps = Math.exp(-stepS / 8);
    this.#restless = keeps * this.#restless + Math.sqrt(1 - keeps ** 2) * this.#restlessMmHg * normal(this.#random);
  }

  #useSecondPump(atS: number): void {
    if (chance(this.#random, 0.4)) this.#secondBolusUntilS = atS + between(this.#random, 20, 240);
    else this.#secondMlH = chance(this.#random, 0.4) ? 0 : logBetween(this.#random, 1, 120);
  }

  /** A bent arm that narrows the tube for some minutes: the level would settle 3 to 25 mmHg higher. */
  #kink(atS: number): void {
    this.#kinkUntilS = atS + logBetween(this.#random, 30, 900);
    this.#kinkResistance = logBetween(this.#random, 3, 25) / this.#rig.rateMlH;
  }
}
