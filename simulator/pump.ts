import type { AlarmCode } from '#model/alarms.ts';
import type { PumpState } from '#model/reading.ts';
import { activeAlarms } from './active-alarms.ts';
import { Bag } from './bag.ts';
import { type Battery, drain, secondsToNextEvent } from './battery.ts';
import { Hydraulics } from './hydraulics.ts';
import { LineCheck } from './line-check.ts';
import { ProgramRun } from './program-run.ts';
import { kvoRate, type PumpModel } from './pump-models/pump-model.ts';
import type { PumpDisplay, PumpEvent, StartOptions } from './pump-types.ts';
import { randomFor } from './seeds.ts';

export type { PumpDisplay, PumpEvent, StartOptions } from './pump-types.ts';

/** Shortest stretch of time that is simulated: keeps rounding from standing still at an event. */
const TINY_S = 1e-9;
/** While fluid runs by its own weight the bag is looked at this often. */
const FREE_FLOW_LOOK_S = 1;
const NOTHING: PumpEvent[] = [];

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
  #battery: Battery = { pct: 100, onMains: true, emptyForS: 0, fade: 1 };
  #run: ProgramRun | undefined;
  readonly #bag = new Bag();
  #limitMmHg: number;
  #pausedS = 0;
  /** Nothing happens for so long, unless the line is touched. */
  #quietS = 0;
  #seenChanges = 0;
  readonly #check: LineCheck;

  constructor(model: PumpModel, seed: number, id: string) {
    this.model = model;
    this.line = new Hydraulics(model, randomFor(seed, id, 'posture'), randomFor(seed, id, 'kink'));
    this.#rateError = ((2 * randomFor(seed, id, 'rate')() - 1) * model.rateErrorPct.value) / 100;
    this.#limitMmHg = model.defaultLimitMmHg.value;
    this.#check = new LineCheck(model.autoRestart);
  }

  start(options: StartOptions): void {
    const { infusion, program, bagMl, limitMmHg, skipS = 0, primed = true } = options;
    this.#run = new ProgramRun(infusion, program, kvoRate(this.model, program.phases.at(-1)?.rateMlH ?? 0), skipS);
    this.#limitMmHg = limitMmHg ?? this.model.defaultLimitMmHg.value;
    this.replaceBag(bagMl);
    this.#latched.clear();
    this.#enter(this.#run.phase.state);
    if (!primed) this.line.slacken();
  }

  pause(): void {
    if (this.#delivering()) this.#halt('paused');
  }

  /** Programs another rate for what is left of the running phase. False when no program is loaded. */
  setRate(rateMlH: number): boolean {
    this.#quietS = 0;
    return this.#run?.setRate(rateMlH) ?? false;
  }

  /** Goes on after a pause or an alarm. False, and nothing happens, when the pump refuses: no program, no fluid, no power. */
  resume(): boolean {
    if (!this.#run || this.#bag.trueMl <= 0 || this.#battery.pct <= 0) return false;
    if (this.#state !== 'paused' && this.#state !== 'stopped') return false;
    this.#latched.clear();
    this.#enter(this.#run.phase.state);
    return true;
  }

  /** Ends the infusion. */
  stop(): void {
    this.#latched.clear();
    this.#run = undefined;
    this.#enter('standby');
  }

  replaceBag(ml: number): void {
    this.#bag.replace(ml);
    this.#latched.delete('reservoir-empty');
    this.#quietS = 0;
  }

  /** A condition that the pump senses and stops for, such as air in the line or an open door. */
  fault(code: AlarmCode): void {
    this.#latched.add(code);
    if (this.#delivering()) this.#halt('stopped');
  }

  /** A bubble comes down from the bag. True when the pump's detector stops for it. */
  air(ml: number): boolean {
    const { air } = this.model;
    const stops = air && (ml >= air.bubbleMl.value || this.line.airWithinHourMl + ml > air.perHourMl.value);
    if (stops) this.fault('air-in-line');
    else this.line.bubble(ml);
    return stops ?? false;
  }

  /** The set lies in the pump without its clamp: the bag empties by its own weight. */
  freeFlow(running: boolean): void {
    this.line.setFreeFlow(running);
    if (running && this.model.sensesFreeFlow) this.fault('free-flow');
  }

  setBattery(pct: number, onMains: boolean): void {
    this.#battery = { ...this.#battery, pct, onMains, emptyForS: 0 };
    this.#quietS = 0;
    if (pct <= 0) return;
    this.#latched.delete('battery-depleted');
    if (this.#state === 'off') this.#enter(this.#run ? 'stopped' : 'standby');
  }

  /** An old battery: it drains `factor` times as fast. */
  fadeBattery(factor: number): void {
    this.#battery = { ...this.#battery, fade: factor };
    this.#quietS = 0;
  }

  /** Lets `seconds` pass and tells what happened meanwhile, in order. */
  advance(seconds: number): PumpEvent[] {
    if (this.#seenChanges === this.line.changes && seconds < this.#quietS - TINY_S) {
      this.line.glide(this.#trueRateMlH(), seconds);
      this.#count(this.#trueRateMlH(), seconds);
      this.#quietS -= seconds;
      return NOTHING;
    }
    const events: PumpEvent[] = [];
    let doneS = 0;
    while (seconds - doneS > TINY_S) {
      const rate = this.#trueRateMlH();
      const eventS = Math.max(TINY_S, this.#secondsToEvent(rate));
      const stretch = Math.min(seconds - doneS, eventS);
      const { kinked } = this.line;
      const occluded = this.line.pass(rate, this.#limitMmHg, stretch);
      this.#count(rate, stretch);
      doneS += stretch;
      if (kinked !== this.line.kinked) events.push(this.#event(doneS, kinked ? 'straight' : 'kinked'));
      this.#settle(occluded, doneS, events);
      this.#quietS = stretch < eventS ? eventS - stretch : 0;
    }
    this.#seenChanges = this.line.changes;
    return events;
  }

  display(): PumpDisplay {
    return {
      state: this.#state === 'paused' && this.line.flushing ? 'priming' : this.#state,
      run: this.#run,
      rateMlH: this.#delivering() ? (this.#run?.phase.rateMlH ?? 0) : 0,
      bagMl: this.#bag.countedMl,
      limitMmHg: this.#limitMmHg,
      battery: this.#battery,
      alarms: activeAlarms({
        model: this.model,
        latched: this.#latched,
        state: this.#state,
        run: this.#run,
        bagMl: this.#bag.countedMl,
        battery: this.#battery,
        pausedS: this.#pausedS,
      }),
    };
  }

  #secondsToEvent(trueRateMlH: number): number {
    const power = this.#state === 'off' ? Number.POSITIVE_INFINITY : secondsToNextEvent(this.#battery, this.model);
    const line = this.line.secondsToEvent(trueRateMlH, this.#limitMmHg);
    const body = Math.min(power, line, this.#check.secondsToLook);
    if (this.line.freeFlowing) return Math.min(body, FREE_FLOW_LOOK_S);
    if (!this.#delivering() || !this.#run) return body;
    return Math.min(body, (this.#bag.trueMl / trueRateMlH) * 3_600, this.#run.phaseLeftS);
  }

  #count(trueRateMlH: number, seconds: number): void {
    this.#check.pass(seconds);
    if (this.#state !== 'off') this.#battery = drain(this.#battery, this.model, seconds);
    if (this.#state === 'paused') this.#pausedS += seconds;
    this.#bag.drainTo(this.line.freeFlowMl);
    if (!this.#delivering() || !this.#run) return;
    this.#bag.take((trueRateMlH * seconds) / 3_600, this.#run.pass(seconds));
  }

  /** Acts on what has become true at the end of a stretch. */
  #settle(occluded: boolean, afterS: number, events: PumpEvent[]): void {
    if (this.#battery.pct <= 0 && this.#state !== 'off') this.#settleEmptyBattery(afterS, events);
    if (this.line.freeFlowing && this.#bag.empty) this.line.setFreeFlow(false);
    if (this.#check.secondsToLook <= TINY_S) this.#settleCheck(afterS, events);
    if (!this.#delivering() || !this.#run) return;
    if (occluded) {
      this.#raise('occlusion-downstream', afterS, events);
      this.line.backOff(this.#limitMmHg);
      this.#check.begin();
    } else if (this.line.upstream.blocked) {
      this.#raise('occlusion-upstream', afterS, events);
    } else if (this.#bag.trueMl * 3_600 <= TINY_S * this.#trueRateMlH()) {
      this.replaceBag(0);
      this.#raise('reservoir-empty', afterS, events);
    } else if (this.#run.phaseLeftS <= TINY_S) {
      const end = this.#run.next();
      events.push(this.#event(afterS, end === 'next-phase' ? 'phase' : end));
      if (end === 'complete') this.#latched.add('infusion-complete');
      if (end === 'complete' && this.#run.program.atEnd === 'stop') this.#halt('complete');
      else this.#state = this.#run.phase.state;
    }
  }

  #settleCheck(afterS: number, events: PumpEvent[]): void {
    if (!this.#check.mayGoOn(this.line.pressureMmHg, this.#limitMmHg)) return;
    if (this.resume()) events.push(this.#event(afterS, 'auto-restart'));
  }

  #settleEmptyBattery(afterS: number, events: PumpEvent[]): void {
    this.#raise('battery-depleted', afterS, events);
    if (this.#battery.emptyForS < this.model.batteryLastMin.value * 60 - TINY_S) return;
    this.#state = 'off';
    events.push(this.#event(afterS, 'off'));
  }

  #raise(code: AlarmCode, afterS: number, events: PumpEvent[]): void {
    if (!this.#latched.has(code)) events.push(this.#event(afterS, 'alarm', code));
    this.#latched.add(code);
    if (this.#delivering()) this.#halt('stopped');
  }

  #event(afterS: number, kind: PumpEvent['kind'], code?: AlarmCode): PumpEvent {
    const { pressureMmHg, patientMl } = this.line;
    return { afterS, kind, ...(code && { code }), pressureMmHg, patientMl };
  }

  #halt(state: 'paused' | 'stopped' | 'complete'): void {
    this.#enter(state);
    this.#pausedS = 0;
  }

  #enter(state: PumpState): void {
    this.#state = state;
    this.#quietS = 0;
    this.#check.callOff();
  }

  #delivering(): boolean {
    return this.#state === 'infusing' || this.#state === 'kvo';
  }

  #trueRateMlH(): number {
    return this.#delivering() ? (this.#run?.phase.rateMlH ?? 0) * (1 + this.#rateError) : 0;
  }
}
