import type { Random } from '#kernel/random.ts';

/**
 * Pumps, lines and sensors for judging the occlusion advisory. Nothing here comes from the simulator: what is judged and what
 * it was built against must not share a mistake. Every range is chosen for the bench unless a source is named.
 */
export interface Rig {
  readonly rateMlH: number;
  readonly limitMmHg: number;
  /** False when the hub does not tell the limit. */
  readonly tellsLimit: boolean;
  /** Compliance at rest, and the share it changes by from empty to the limit (a line may stiffen or give). */
  readonly complianceUlMmHg: number;
  readonly yieldShare: number;
  /** Open line from pump to vein, mmHg per mL/h. */
  readonly resistance: number;
  readonly venousMmHg: number;
  /** Daily wave of temperature and habit, and how the level wanders besides. */
  readonly waveMmHg: number;
  readonly wanderMmHgPerRootH: number;
  readonly noise: { readonly sdMmHg: number; readonly heavy: boolean; readonly memory: number };
  readonly quantumMmHg: number;
  readonly everyS: number;
  readonly jitterS: number;
  /** Pulsation of the pumping mechanism: one wave per stroke volume. */
  readonly stroke: { readonly ul: number; readonly mmHg: number };
  /** A plunger that sticks: pressure climbs with volume and lets go. */
  readonly stick: { readonly ul: number; readonly mmHg: number };
  /** Resolution of the volume counter, mL; zero when the hub does not send it. */
  readonly counterMl: number;
}

/** Speed of a bolus on demand of a pump that runs at `rateMlH`. */
export const bolusMlH = (rateMlH: number): number => Math.max(rateMlH, Math.min(250, Math.max(20, 10 * rateMlH)));

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
export const logBetween = (random: Random, low: number, high: number): number => low * (high / low) ** random();
export const chance = (random: Random, share: number): boolean => random() < share;

export function pick<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

/** Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Alarm limits: the published steps of pump-telemetry.md §2.3 and round ones between them, mmHg. */
const limits = [150, 200, 226, 260, 300, 350, 400, 450, 500, 563, 600, 700, 800, 900, 1_034, 1_575] as const;
const everyS = [10, 10, 10, 10, 10, 10, 5, 2, 1, 30] as const;

export interface RigWishes {
  readonly rateMlH: number;
  readonly stick: boolean;
}

/** A pump out of many: 0.24 to 3.4 uL/mmHg spans the published compliances of §3 with room on both sides. */
export function drawRig(random: Random, { rateMlH, stick }: RigWishes): Rig {
  const limitMmHg = pick(random, limits);
  // An open line stays far below the limit, at bolus speed too.
  const resistance = Math.min(logBetween(random, 0.05, 3), (0.3 * limitMmHg) / bolusMlH(rateMlH));
  const pulsing = chance(random, 0.4);
  return {
    rateMlH,
    limitMmHg,
    tellsLimit: !chance(random, 0.04),
    complianceUlMmHg: logBetween(random, 0.24, 3.4),
    yieldShare: between(random, -0.3, 0.4),
    resistance,
    venousMmHg: between(random, -15, 35),
    waveMmHg: between(random, 0, 6),
    wanderMmHgPerRootH: between(random, 0, 4),
    noise: {
      sdMmHg: logBetween(random, 0.3, 4),
      heavy: chance(random, 0.3),
      memory: chance(random, 0.4) ? between(random, 0.2, 0.85) : 0,
    },
    quantumMmHg: pick(random, [0.1, 1, 1, 1, 2, 5]),
    everyS: pick(random, everyS),
    jitterS: between(random, 0, 0.8),
    stroke: { ul: logBetween(random, 5, 120), mmHg: pulsing ? logBetween(random, 0.5, 10) : 0 },
    stick: { ul: logBetween(random, 10, 100), mmHg: stick ? logBetween(random, 3, 18) : 0 },
    counterMl: pick(random, [0.001, 0.01, 0.01, 0.1, 0]),
  };
}

/** What the sensor makes of the true pressure. */
export class Sensor {
  readonly #rig: Rig;
  readonly #random: Random;
  #remembered = 0;
  #stickFrom = 0;
  #stickUl: number;

  constructor(rig: Rig, random: Random) {
    this.#rig = rig;
    this.#random = random;
    this.#stickUl = rig.stick.ul;
  }

  read(trueMmHg: number, pumpedUl: number): number {
    const { noise, stroke, quantumMmHg } = this.#rig;
    const fresh = noise.heavy ? this.#laplace() : normal(this.#random);
    this.#remembered = noise.memory * this.#remembered + Math.sqrt(1 - noise.memory ** 2) * fresh;
    const pulse = stroke.mmHg * Math.sin((2 * Math.PI * pumpedUl) / stroke.ul);
    const seen = trueMmHg + pulse + this.#stick(pumpedUl) + noise.sdMmHg * this.#remembered;
    return Math.round(Math.round(seen / quantumMmHg) * quantumMmHg * 10) / 10;
  }

  #stick(pumpedUl: number): number {
    const { stick } = this.#rig;
    if (stick.mmHg === 0) return 0;
    if (pumpedUl - this.#stickFrom > this.#stickUl) {
      this.#stickFrom = pumpedUl;
      this.#stickUl = stick.ul * between(this.#random, 0.6, 1.4);
    }
    return (stick.mmHg * (pumpedUl - this.#stickFrom)) / stick.ul;
  }

  #laplace(): number {
    const u = this.#random() - 0.5;
    return (-Math.sign(u) * Math.log(1 - 2 * Math.abs(u))) / Math.SQRT2;
  }
}
