import type { Random } from '#kernel/random.ts';
import { Bubbles } from './bubble.ts';
import { HandFlush } from './hand-flush.ts';
import { Kink, type KinkPlan } from './kink.ts';
import {
  type Elasticity,
  endPressure,
  minutesBetween,
  pressureOfStored,
  stepLine,
  storedUl,
  ulPerMin,
} from './line.ts';
import { type Ways, waysOf } from './line-ways.ts';
import { alarmPressure, elasticityOf, releasedUl } from './occlusion.ts';
import { Posture } from './posture.ts';
import type { PumpModel } from './pump-models/pump-model.ts';
import { Tissue } from './tissue.ts';
import { Upstream } from './upstream.ts';

/** Nearer than this to the pressure it tends to, the line counts as settled, mmHg. */
const SETTLED_MMHG = 1e-9;

/**
 * The line of one pump as it lives: open, kinked or blocked, the patient moving and coughing, a syringe flushing through a
 * side port, air, a catheter that slipped. Keeps the true figures that no device reports.
 */
export class Hydraulics {
  readonly #model: PumpModel;
  readonly #posture: Posture;
  readonly #kink: Kink;
  readonly #tissue = new Tissue();
  readonly #bubbles: Bubbles;
  readonly upstream: Upstream;
  readonly #rest: Elasticity;
  /** Share of the open way that is left: 1 open, 0 blocked. */
  #opening = 1;
  #pressureMmHg: number;
  #veinUl = 0;
  #pumpedUl = 0;
  #freeFlowUl = 0;
  #overLimitS = 0;
  readonly #flush = new HandFlush();
  #slackUl = 0;
  #freeFlow = false;
  #connected = true;
  #changes = 0;

  constructor(model: PumpModel, random: Random, kinkRandom: Random = random) {
    this.#model = model;
    this.#posture = new Posture(random);
    this.#kink = new Kink(kinkRandom);
    this.#bubbles = new Bubbles(model.line.holdsMl?.value ?? 0);
    this.upstream = new Upstream(model.upstream);
    this.#rest = elasticityOf(model);
    this.#pressureMmHg = this.#posture.backPressureMmHg;
  }

  get pressureMmHg(): number {
    return this.#pressureMmHg;
  }

  /** Fluid that truly reached the patient's vein, mL. */
  get patientMl(): number {
    return this.#veinUl / 1_000;
  }

  /** Fluid that went into the tissue beside the vein, mL. */
  get tissueMl(): number {
    return this.#tissue.totalUl / 1_000;
  }

  /** What the pump has pushed into the line, mL. */
  get pumpedMl(): number {
    return this.#pumpedUl / 1_000;
  }

  /** What ran out of the bag by its own weight, mL. */
  get freeFlowMl(): number {
    return this.#freeFlowUl / 1_000;
  }

  get opening(): number {
    return this.#opening * this.#kink.opening;
  }

  /** A tube that bends by chance is bent now. */
  get kinked(): boolean {
    return this.#kink.opening < 1;
  }

  get flushing(): boolean {
    return this.#flush.running;
  }

  /** Air seen by the detector within the last hour, mL. */
  get airWithinHourMl(): number {
    return this.#bubbles.withinHourUl / 1_000;
  }

  get freeFlowing(): boolean {
    return this.#freeFlow;
  }

  /** Grows with each thing done to the line from outside, so that a plan made before can be seen to be old. */
  get changes(): number {
    return this.#changes;
  }

  setOpening(share: number): void {
    this.#opening = Math.min(1, Math.max(0, share));
    if (this.#opening === 1) this.#kink.end();
    this.#changes += 1;
  }

  /** The tube bends and straightens by chance until the line is opened again. */
  kink(plan: KinkPlan): void {
    this.#kink.begin(plan);
    this.#changes += 1;
  }

  setUpstreamOpening(share: number): void {
    this.upstream.setOpening(share);
    this.#changes += 1;
  }

  setBagAbove(cm: number): void {
    this.upstream.setBagAbove(cm);
    this.#changes += 1;
  }

  raiseArm(cm: number, seconds: number): void {
    this.#posture.raise(cm, seconds);
    this.#changes += 1;
  }

  cough(times: number): void {
    this.#posture.cough(times);
    this.#changes += 1;
  }

  /** `share` of what leaves the line goes into the tissue from now on. */
  infiltrate(share: number): void {
    this.#tissue.infiltrate(share);
    this.#changes += 1;
  }

  setConnected(connected: boolean): void {
    this.#connected = connected;
    this.#changes += 1;
  }

  setFreeFlow(running: boolean): void {
    this.#freeFlow = running;
    this.#changes += 1;
  }

  bubble(ml: number): void {
    this.#bubbles.enter(ml);
    this.#changes += 1;
  }

  /** The drive has its play before it: nothing moves until that is taken up. */
  slacken(): void {
    this.#slackUl = (this.#model.line.slackMl?.value ?? 0) * 1_000;
    this.#changes += 1;
  }

  /** Pushes `ml` of saline by hand through a side port within `seconds`. */
  flush(ml: number, seconds: number): void {
    this.#flush.begin(ml, seconds);
    this.#changes += 1;
  }

  /** Seconds until something in the line changes by itself while the pump delivers at `rateMlH`. */
  secondsToEvent(rateMlH: number, limitMmHg: number): number {
    let next = Math.min(
      this.#posture.secondsToMove,
      this.#kink.secondsToChange,
      this.#tissue.secondsToChange,
      this.#bubbles.secondsToLeave(rateMlH),
      this.upstream.secondsToLimit(rateMlH),
      this.#flush.secondsToEnd,
    );
    if (rateMlH <= 0) return next;
    if (this.#slackUl > 0) next = Math.min(next, (this.#slackUl / ulPerMin(rateMlH)) * 60);
    return Math.min(next, this.#secondsToAlarmStep(rateMlH, limitMmHg));
  }

  /** Lets `seconds` pass, at most `secondsToEvent`. True when the pump sees an occlusion at their end. */
  pass(rateMlH: number, limitMmHg: number, seconds: number): boolean {
    const limit = alarmPressure(this.#model, rateMlH, limitMmHg);
    const wasOver = this.#pressureMmHg >= limit;
    const reachesLimit =
      rateMlH > 0 && !wasOver && Math.abs(this.#secondsToAlarmStep(rateMlH, limitMmHg) - seconds) < 1e-9;
    this.glide(rateMlH, seconds);
    if (reachesLimit) this.#pressureMmHg = limit;
    if (rateMlH === 0 || this.#pressureMmHg < limit) this.#overLimitS = 0;
    else if (wasOver) this.#overLimitS += seconds;
    return rateMlH > 0 && this.#pressureMmHg >= limit && this.#overLimitS >= this.#model.alarmLatencyS.value - 1e-9;
  }

  /** Lets `seconds` pass in which nothing is reached or changes. */
  glide(rateMlH: number, seconds: number): void {
    const minutes = seconds / 60;
    const ways = this.#ways(rateMlH);
    const from = this.#pressureMmHg;
    const load = {
      inflowUlPerMin: ways.inflow,
      conductanceUlPerMinPerMmHg: ways.total,
      backPressureMmHg: ways.backMmHg,
    };
    let kept = 0;
    const end = endPressure(load);
    if (Math.abs(end - from) > SETTLED_MMHG || Number.isNaN(end)) {
      const line = this.#elasticity();
      this.#pressureMmHg = stepLine(line, load, from, minutes).pressureMmHg;
      kept = storedUl(line, this.#pressureMmHg) - storedUl(line, from);
    }
    if (ways.total > 0) {
      // From the balance kept = Q t - G (integral of P - B t): the integral tells what went which way.
      const pressureTime = ways.backMmHg * minutes + (ways.inflow * minutes - kept) / ways.total;
      const outUl = ways.vein * (pressureTime - ways.veinMmHg * minutes);
      const inVeinUl = this.#tissue.pass(seconds, outUl);
      if (this.#connected) this.#veinUl += inVeinUl;
      if (ways.bag > 0) this.#freeFlowUl += ways.bag * (ways.bagMmHg * minutes - pressureTime);
    }
    const moved = ulPerMin(rateMlH) * minutes;
    this.#pumpedUl += moved;
    if (this.#slackUl > 0) this.#slackUl = this.#slackUl - moved < 1e-6 ? 0 : this.#slackUl - moved;
    this.upstream.pass(rateMlH, seconds);
    this.#bubbles.pass(rateMlH, seconds);
    this.#posture.pass(seconds);
    this.#kink.pass(seconds);
    this.#flush.pass(seconds);
  }

  /** The pump runs backwards after its alarm, and leaves part of the stored fluid in the line. */
  backOff(limitMmHg: number): void {
    const left = pressureOfStored(this.#rest, releasedUl(this.#model, limitMmHg));
    this.#pressureMmHg = Math.min(this.#pressureMmHg, left);
    this.#overLimitS = 0;
  }

  #elasticity(): Elasticity {
    const air = this.#bubbles.complianceUlPerMmHg;
    if (air === 0) return this.#rest;
    return { ...this.#rest, complianceUlPerMmHg: this.#rest.complianceUlPerMmHg + air };
  }

  #secondsToAlarmStep(rateMlH: number, limitMmHg: number): number {
    const limit = alarmPressure(this.#model, rateMlH, limitMmHg);
    if (this.#pressureMmHg >= limit) return Math.max(0, this.#model.alarmLatencyS.value - this.#overLimitS);
    const { inflow, total, backMmHg } = this.#ways(rateMlH);
    const load = { inflowUlPerMin: inflow, conductanceUlPerMinPerMmHg: total, backPressureMmHg: backMmHg };
    return minutesBetween(this.#elasticity(), load, this.#pressureMmHg, limit) * 60;
  }

  #ways(rateMlH: number): Ways {
    return waysOf(this.#model, {
      rateMlH: this.#slackUl > 0 ? 0 : rateMlH,
      flushMlH: this.#flush.rateMlH,
      opening: this.opening,
      veinMmHg: this.#connected ? this.#posture.backPressureMmHg + this.#tissue.backPressureMmHg : 0,
      freeFlow: this.#freeFlow,
      bagMmHg: this.upstream.headMmHg,
    });
  }
}
