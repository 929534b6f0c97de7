import type { AlarmCode } from '#model/alarms.ts';
import type { PumpState } from '#model/reading.ts';
import { type Battery, drain, isLow, secondsToNextEvent } from './battery.ts';
import { Hydraulics } from './hydraulics.ts';
import type { Program } from './program.ts';
import { ProgramRun } from './program-run.ts';
import { kvoRate, type PumpModel } from './pump-models/pump-model.ts';
import { randomFor } from './seeds.ts';

/** Something that happened inside `advance`, `afterS` seconds into it. For the ground truth, not for the wire. */
export interface PumpEvent {
  readonly afterS: number;
  readonly kind: 'alarm' | 'phase' | 'dose-complete' | 'complete' | 'off';
  readonly code?: AlarmCode;
}

export interface StartOptions {
  readonly infusion: string;
  readonly program: Program;
  /** In the bag, cassette or syringe at the start. */
  readonly bagMl: number;
  /** Downstream pressure limit; the model's default when absent. */
  readonly limitMmHg?: number;
  /** How far into the program the simulation begins. */
  readonly skipS?: number;
}

/** What the pump itself knows; the sensor's error is added in readout.ts. */
export interface PumpDisplay {
  readonly state: PumpState;
  /** Undefined while no program is loaded. */
  readonly run: ProgramRun | undefined;
  readonly rateMlH: number;
  readonly bagMl: number;
  readonly limitMmHg: number;
  readonly battery: Battery;
  readonly alarms: readonly AlarmCode[];
}

/** Shortest stretch of time that is simulated: keeps rounding from standing still at an event. */
const TINY_S = 1e-9;

/**
 * One pump: a state machine over the hydraulics of its line. It knows no clock: `advance` lets time pass, the other
 * methods are keys pressed by a person at the pump or things done to it. The same seed and calls give the same pump.
 */
export class Pump {
  readonly model: PumpModel;
  readonly line: Hydraulics;
  /** Share by which this instrument runs fast or slow, within the model's bound. The pump does not know it. */
  readonly #rateError: number;
  readonly #latched = new Set<AlarmCode>();
  #state: PumpState = 'standby';
  #battery: Battery = { pct: 100, onMains: true, emptyForS: 0 };
  #run: ProgramRun | undefined;
  #trueBagMl = 0;
  #countedBagMl = 0;
  #limitMmHg: number;
  #pausedS = 0;

  constructor(model: PumpModel, seed: number, id: string) {
    this.model = model;
    this.line = new Hydraulics(model, randomFor(seed, id, 'posture'));
    this.#rateError = ((2 * randomFor(seed, id, 'rate')() - 1) * model.rateErrorPct.value) / 100;
    this.#limitMmHg = model.defaultLimitMmHg.value;
  }

  start(options: StartOptions): void {
    const { infusion, program, bagMl, limitMmHg, skipS = 0 } = options;
    this.#run = new ProgramRun(infusion, program, kvoRate(this.model, program.phases.at(-1)?.rateMlH ?? 0), skipS);
    this.#limitMmHg = limitMmHg ?? this.model.defaultLimitMmHg.value;
    this.replaceBag(bagMl);
    this.#latched.clear();
    this.#state = this.#run.phase.state;
  }

  pause(): void {
    if (this.#delivering()) this.#halt('paused');
  }

  /** Goes on after a pause or an alarm. False, and nothing happens, when the pump refuses: no program, no fluid, no power. */
  resume(): boolean {
    if (!this.#run || this.#trueBagMl <= 0 || this.#battery.pct <= 0) return false;
    if (this.#state !== 'paused' && this.#state !== 'stopped') return false;
    this.#latched.clear();
    this.#state = this.#run.phase.state;
    return true;
  }

  /** Ends the infusion. */
  stop(): void {
    this.#latched.clear();
    this.#run = undefined;
    this.#state = 'standby';
  }

  replaceBag(ml: number): void {
    this.#trueBagMl = ml;
    this.#countedBagMl = ml;
    this.#latched.delete('reservoir-empty');
  }

  /** A condition that the pump senses and stops for, such as air in the line or an open door. */
  fault(code: AlarmCode): void {
    this.#latched.add(code);
    if (this.#delivering()) this.#halt('stopped');
  }

  setBattery(pct: number, onMains: boolean): void {
    this.#battery = { pct, onMains, emptyForS: 0 };
    if (pct <= 0) return;
    this.#latched.delete('battery-depleted');
    if (this.#state === 'off') this.#state = this.#run ? 'stopped' : 'standby';
  }

  /** Lets `seconds` pass and tells what happened meanwhile, in order. */
  advance(seconds: number): PumpEvent[] {
    const events: PumpEvent[] = [];
    let doneS = 0;
    while (seconds - doneS > TINY_S) {
      const rate = this.#trueRateMlH();
      const stretch = Math.min(seconds - doneS, Math.max(TINY_S, this.#secondsToEvent(rate)));
      const occluded = this.line.pass(rate, this.#limitMmHg, stretch);
      this.#count(rate, stretch);
      doneS += stretch;
      this.#settle(occluded, doneS, events);
    }
    return events;
  }

  display(): PumpDisplay {
    return {
      state: this.#state === 'paused' && this.line.flushing ? 'priming' : this.#state,
      run: this.#run,
      rateMlH: this.#delivering() ? (this.#run?.phase.rateMlH ?? 0) : 0,
      bagMl: this.#countedBagMl,
      limitMmHg: this.#limitMmHg,
      battery: this.#battery,
      alarms: this.#alarms(),
    };
  }

  #alarms(): AlarmCode[] {
    const alarms = new Set(this.#latched);
    const soonS = this.model.nearEndMin.value * 60;
    if (this.#state === 'infusing' && this.#run) {
      if (this.#run.secondsToEnd <= soonS) alarms.add('near-end');
      if (this.#countedBagMl * 3_600 <= soonS * this.#run.phase.rateMlH) alarms.add('reservoir-low');
    }
    if (this.#state !== 'off' && isLow(this.#battery, this.model)) alarms.add('battery-low');
    if (this.#state === 'paused' && this.#pausedS >= this.model.callbackMin.value * 60) alarms.add('key-not-pressed');
    return [...alarms].sort();
  }

  #secondsToEvent(trueRateMlH: number): number {
    const power = this.#state === 'off' ? Number.POSITIVE_INFINITY : secondsToNextEvent(this.#battery, this.model);
    const body = Math.min(power, this.line.secondsToEvent(trueRateMlH, this.#limitMmHg));
    if (!this.#delivering() || !this.#run) return body;
    return Math.min(body, (this.#trueBagMl / trueRateMlH) * 3_600, this.#run.phaseLeftS);
  }

  #count(trueRateMlH: number, seconds: number): void {
    if (this.#state !== 'off') this.#battery = drain(this.#battery, this.model, seconds);
    if (this.#state === 'paused') this.#pausedS += seconds;
    if (!this.#delivering() || !this.#run) return;
    this.#countedBagMl = Math.max(0, this.#countedBagMl - this.#run.pass(seconds));
    this.#trueBagMl = Math.max(0, this.#trueBagMl - (trueRateMlH * seconds) / 3_600);
  }

  /** Acts on what has become true at the end of a stretch. */
  #settle(occluded: boolean, afterS: number, events: PumpEvent[]): void {
    if (this.#battery.pct <= 0 && this.#state !== 'off') this.#settleEmptyBattery(afterS, events);
    if (!this.#delivering() || !this.#run) return;
    if (occluded) {
      this.line.backOff(this.#limitMmHg);
      this.#raise('occlusion-downstream', afterS, events);
    } else if (this.#trueBagMl * 3_600 <= TINY_S * this.#trueRateMlH()) {
      this.replaceBag(0);
      this.#raise('reservoir-empty', afterS, events);
    } else if (this.#run.phaseLeftS <= TINY_S) {
      const end = this.#run.next();
      events.push({ afterS, kind: end === 'next-phase' ? 'phase' : end });
      if (end === 'complete') this.#latched.add('infusion-complete');
      if (end === 'complete' && this.#run.program.atEnd === 'stop') this.#halt('complete');
      else this.#state = this.#run.phase.state;
    }
  }

  #settleEmptyBattery(afterS: number, events: PumpEvent[]): void {
    this.#raise('battery-depleted', afterS, events);
    if (this.#battery.emptyForS < this.model.batteryLastMin.value * 60 - TINY_S) return;
    this.#state = 'off';
    events.push({ afterS, kind: 'off' });
  }

  #raise(code: AlarmCode, afterS: number, events: PumpEvent[]): void {
    if (!this.#latched.has(code)) events.push({ afterS, kind: 'alarm', code });
    this.#latched.add(code);
    if (this.#delivering()) this.#halt('stopped');
  }

  #halt(state: 'paused' | 'stopped' | 'complete'): void {
    this.#state = state;
    this.#pausedS = 0;
  }

  #delivering(): boolean {
    return this.#state === 'infusing' || this.#state === 'kvo';
  }

  #trueRateMlH(): number {
    return this.#delivering() ? (this.#run?.phase.rateMlH ?? 0) * (1 + this.#rateError) : 0;
  }
}
