import { type Random, seededRandom } from '#kernel/random.ts';
import type { PumpReading } from '#model/reading.ts';
import type { Scenario } from './occlusion-scenarios.ts';

/**
 * A second maker of pressure curves, built the other way round: not a line that is filled step by step, but a sum of signals
 * written down for each second (levels, bumps, ramps, noise), of which a hub then shows some seconds and some fields. It
 * shares no code and no ranges with the first maker, nor with the simulator; a detector that suits only one of them is fitted to it.
 */
export interface SignalWishes {
  readonly lowMlH: number;
  readonly highMlH: number;
  readonly hours: number;
  /** The line closes some time before the end; false for a run without occlusion. */
  readonly occluded: boolean;
}

/** Pumps by what holds the pressure back: compliance in uL/mmHg and the limits that such pumps are set to, mmHg. */
const kinds = [
  { name: 'cassette', compliance: [0.25, 0.6], limits: [517, 776, 1_344], share: 0.25 },
  { name: 'large volume', compliance: [0.6, 1], limits: [226, 350, 563, 730, 900], share: 0.3 },
  { name: 'small syringe', compliance: [0.5, 1.3], limits: [250, 300, 400, 525], share: 0.2 },
  { name: 'large syringe', compliance: [1.2, 3], limits: [200, 300, 400, 600, 800], share: 0.25 },
] as const;

function kindAt(share: number): (typeof kinds)[number] {
  let left = share;
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return kinds[0];
}

const UL_S = 1 / 3.6;
const START = 1_780_000_000_000;
/** Seconds between readings. */
const spacings = [10, 10, 10, 10, 10, 15, 20, 30, 60, 5] as const;

export function signalRun(seed: number, wishes: SignalWishes): Scenario {
  return new Trace(seededRandom(seed), wishes).scenario();
}

class Trace {
  readonly #random: Random;
  readonly #wishes: SignalWishes;
  readonly #seconds: number;
  readonly #mmHg: Float64Array;
  readonly #rate: Float64Array;
  readonly #bolus: Uint8Array;
  readonly #compliance: number;
  readonly #limit: number;
  readonly #rateMlH: number;
  readonly #resistance: number;

  constructor(random: Random, wishes: SignalWishes) {
    this.#random = random;
    this.#wishes = wishes;
    this.#rateMlH = this.#log(wishes.lowMlH, wishes.highMlH);
    const kind = kindAt(random());
    this.#compliance = this.#log(kind.compliance[0], kind.compliance[1]);
    this.#limit = kind.limits[Math.floor(random() * kind.limits.length)] ?? 400;
    const fullS = (2.5 * this.#compliance * this.#limit) / (this.#rateMlH * UL_S);
    this.#seconds = Math.ceil(wishes.hours * 3_600 + (wishes.occluded ? fullS + 120 : 0));
    this.#mmHg = new Float64Array(this.#seconds);
    this.#rate = new Float64Array(this.#seconds).fill(this.#rateMlH);
    this.#bolus = new Uint8Array(this.#seconds);
    this.#resistance = Math.min(this.#log(0.1, 4), 60 / this.#rateMlH);
  }

  scenario(): Scenario {
    const onset = this.#wishes.occluded
      ? Math.floor(this.#wishes.hours * 3_600 * this.#uniform(0.3, 1))
      : this.#seconds;
    this.#program(onset);
    this.#ordinary();
    this.#disturb();
    const alarm = this.#wishes.occluded ? this.#close(onset) : null;
    const truth = alarm === null ? null : { onsetMs: START + onset * 1_000, alarmMs: START + alarm * 1_000 };
    const end = alarm ?? this.#seconds - 1;
    return { kind: 'all', readings: this.#shown(end, alarm), hours: end / 3_600, truth };
  }

  /** Rates and boluses, told as such or as a mere change of the rate. */
  #program(until: number): void {
    if (this.#chance(0.3)) {
      for (const at of this.#times(0.15, until)) this.#rate.fill(this.#rateMlH * this.#log(0.5, 2), at);
    }
    if (!this.#chance(0.35)) return;
    const told = this.#chance(0.7);
    for (const at of this.#times(0.6, until)) {
      const to = Math.min(until, at + Math.floor(this.#uniform(20, 150)));
      this.#rate.fill(Math.min(300, this.#rateMlH * this.#uniform(4, 15)), at, to);
      if (told) this.#bolus.fill(1, at, to);
    }
  }

  /** Flow through the open line, a vein that breathes with the day, and what a plunger adds. */
  #ordinary(): void {
    const vein = this.#uniform(0, 30);
    const day = this.#uniform(0, 8);
    const phase = this.#uniform(0, 6.28);
    const pull = this.#uniform(0.5, 3);
    const sticky = this.#chance(0.15) ? this.#uniform(3, 12) : 0;
    const stickUl = this.#log(15, 80);
    let level = vein;
    let wander = 0;
    let pumped = 0;
    for (let s = 0; s < this.#seconds; s += 1) {
      const rate = this.#rate[s] ?? 0;
      const to = vein + this.#resistance * rate;
      const tau = Math.max(3, this.#resistance * this.#compliance * 3.6);
      level += (to - level) / tau;
      wander += -wander / 7_200 + pull * Math.sqrt(2 / 7_200) * this.#gauss();
      pumped += rate * UL_S;
      const stick = sticky * ((pumped / stickUl) % 1);
      this.#mmHg[s] = level + wander + stick + day * Math.sin(phase + s / 13_750);
    }
  }

  /** Body and bed: steps of height, bumps, another infusion in the same vein, a hose that narrows and comes free. */
  #disturb(): void {
    const restless = this.#uniform(0, 3);
    for (const at of this.#times(restless, this.#seconds)) {
      const by = this.#uniform(-1, 1) * this.#uniform(5, 45);
      this.#slope(at, this.#log(1, 40), by);
      if (this.#chance(0.8)) this.#slope(at + this.#log(30, 7_200), this.#log(1, 40), -by);
    }
    for (const at of this.#times(restless * 1.5, this.#seconds)) {
      const bumps = 1 + Math.floor(this.#random() * 12);
      for (let i = 0; i < bumps; i += 1) {
        this.#bump(at + this.#uniform(0, 90), this.#log(2, 30), this.#uniform(-0.3, 1) * this.#log(4, 70));
      }
    }
    if (this.#chance(0.3)) {
      for (const at of this.#times(0.5, this.#seconds)) {
        const by = this.#log(3, 40);
        this.#slope(at, this.#log(3, 30), by);
        this.#slope(at + this.#log(40, 5_000), this.#log(3, 30), -by);
      }
    }
    if (this.#chance(0.3)) {
      for (const at of this.#times(0.15, this.#seconds)) this.#narrow(at, this.#log(60, 900), this.#log(4, 30));
    }
  }

  /** A level that is approached as a line fills, and left at once. */
  #narrow(at: number, forS: number, by: number): void {
    const tau = Math.max(2, ((by / this.#rateMlH) * this.#compliance) / UL_S);
    const from = Math.floor(at);
    for (let s = from; s < from + forS && s < this.#seconds; s += 1)
      this.#add(s, by * (1 - Math.exp(-(s - from) / tau)));
  }

  #slope(at: number, overS: number, by: number): void {
    const from = Math.floor(at);
    for (let s = from; s < this.#seconds; s += 1) {
      const part = Math.min(1, (s - from + 1) / overS);
      this.#add(s, by * part * part * (3 - 2 * part));
    }
  }

  #bump(at: number, overS: number, by: number): void {
    const from = Math.floor(at);
    for (let s = from; s < Math.min(this.#seconds, from + overS); s += 1) {
      this.#add(s, by * Math.sin((Math.PI * (s - from + 0.5)) / overS));
    }
  }

  #add(second: number, mmHg: number): void {
    this.#mmHg[second] = (this.#mmHg[second] ?? 0) + mmHg;
  }

  /** From the onset on the volume stays in the line; answers the second of the pump's alarm. */
  #close(onset: number): number | null {
    const leak = this.#chance(0.25) ? this.#uniform(0.05, 0.5) : 0;
    const bend = this.#uniform(-0.15, 0.3);
    let held = 0;
    for (let s = onset; s < this.#seconds; s += 1) {
      const away = leak * Math.min(1, held / this.#limit);
      held += ((this.#rate[s] ?? 0) * UL_S * (1 - away)) / (this.#compliance * (1 + (bend * held) / this.#limit));
      this.#add(s, held);
      if ((this.#mmHg[s] ?? 0) >= this.#limit) return s + 1;
    }
    return null;
  }

  #shown(end: number, alarm: number | null): PumpReading[] {
    const every = spacings[Math.floor(this.#random() * spacings.length)] ?? 10;
    const noise = this.#log(0.4, 5);
    const tail = this.#chance(0.3) ? 0.02 : 0;
    const grid = [0.1, 0.5, 1, 1, 1, 3][Math.floor(this.#random() * 6)] ?? 1;
    const hides = {
      limit: this.#chance(0.15),
      rate: this.#chance(0.1),
      volume: this.#chance(0.3),
      run: this.#chance(0.2),
    };
    const drops = this.#chance(0.3) ? 0.02 : 0;
    const coarse = this.#chance(0.5) ? 0.01 : 0.1;
    const readings: PumpReading[] = [];
    let pumped = 0;
    let seq = 0;
    let from = 0;
    for (let at = 0; at <= end; at += every) {
      for (let s = from; s < at; s += 1) pumped += ((this.#rate[s] ?? 0) * UL_S) / 1_000;
      from = at;
      seq += 1;
      if (this.#chance(drops)) continue;
      const error = this.#gauss() * noise * (this.#chance(tail) ? 8 : 1);
      const rate = Math.round((this.#rate[at] ?? 0) * 100) / 100;
      readings.push({
        seq,
        atMs: START + at * 1_000 + Math.floor(this.#random() * 400),
        state: this.#bolus[at] === 1 ? 'bolus' : 'infusing',
        ...(!hides.run && { infusion: 'run' }),
        ...(!(hides.rate && !hides.volume) && { rateMlH: rate }),
        ...(!hides.volume && { infusedMl: hides.rate ? pumped : Math.floor(pumped / coarse) * coarse }),
        pressureMmHg: Math.round(((this.#mmHg[at] ?? 0) + error) / grid) * grid,
        ...(!hides.limit && { pressureLimitMmHg: this.#limit }),
        alarms: [],
      });
    }
    if (alarm !== null) {
      const alarms = [{ code: 'occlusion-downstream' } as const];
      readings.push({ seq: seq + 1, atMs: START + alarm * 1_000 + 500, state: 'stopped', rateMlH: 0, alarms });
    }
    return readings;
  }

  /** Seconds of a Poisson process. */
  #times(perH: number, until: number): number[] {
    const answer: number[] = [];
    if (perH <= 0) return answer;
    for (let at = 0; ; ) {
      at += (-Math.log(1 - this.#random()) * 3_600) / perH;
      if (at >= until) return answer;
      answer.push(Math.floor(at));
    }
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #uniform(low: number, high: number): number {
    return low + (high - low) * this.#random();
  }

  #log(low: number, high: number): number {
    return Math.exp(this.#uniform(Math.log(low), Math.log(high)));
  }

  #gauss(): number {
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += this.#random();
    return sum;
  }
}
