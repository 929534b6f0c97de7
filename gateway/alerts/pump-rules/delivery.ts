import type { AlarmPriority } from '#model/alarms.ts';
import type { PumpReading, PumpState } from '#model/reading.ts';
import { deviceAlarm } from '../alarm-set.ts';
import type { PumpRecord } from '../engine-state.ts';
import { type Hold, holds, newHold, release } from './hold.ts';
import { holdMs, type PumpRule, type Sample, type Tell } from './pump-rule.ts';

/** What the delivery rule remembers of a pump. JSON. */
export type DeliveryState = {
  infusion: string | null;
  /** The last reading, by the gateway's clock and by the hub's own. */
  lastAt: number;
  lastHubAt: number;
  /** Above the tolerance, far above it, below it: by the rates told. */
  above: Hold;
  farAbove: Hold;
  below: Hold;
  /** More than was ordered has been given. */
  exceeded: Hold;
  /** It stands still before its end. */
  stopped: Hold;
  /** Fluid moves although the pump stands still. */
  flowing: Hold;
  /** The volume counter against the rates, since this reading. Null while nothing runs. */
  measured: { readonly at: number; readonly infusedMl: number; expectedMl: number } | null;
  /** The last whole measurement: share of the expected volume that was given. */
  share: number | null;
  /** Volumes when it stood still first. */
  still: { readonly infusedMl: number | null; readonly reservoirMl: number | null } | null;
  wasDelivering: boolean;
};

export const newDelivery = (): DeliveryState => ({
  infusion: null,
  lastAt: 0,
  lastHubAt: 0,
  above: newHold(),
  farAbove: newHold(),
  below: newHold(),
  exceeded: newHold(),
  stopped: newHold(),
  flowing: newHold(),
  measured: null,
  share: null,
  still: null,
  wasDelivering: false,
});

/** More than two clocks that nobody touches come apart between readings. */
const clockSetMs = 5_000;

const standsStill: ReadonlySet<PumpState> = new Set(['paused', 'stopped', 'standby', 'complete', 'off']);
const brokenOff: ReadonlySet<PumpState> = new Set(['paused', 'stopped', 'standby', 'off']);

/** What a pump gives, held against what it was programmed to give and what was ordered. */
export const deliveryRule: PumpRule = (doc, sample, tell) => {
  const state = doc.delivery;
  const { reading, at } = sample;
  if (reading.infusion !== undefined && reading.infusion !== state.infusion) beginInfusion(state, reading.infusion);
  if (reading.state === 'infusing') {
    measureVolume(state, sample);
    judgeRate(doc, sample, tell);
  } else {
    state.measured = null;
    if (standsStill.has(reading.state)) {
      for (const hold of [state.above, state.farAbove, state.below]) if (hold.samples > 0) release(hold);
      state.share = null;
      tell('delivery-high', null);
      tell('delivery-low', null);
    }
  }
  judgeTotal(state, sample, tell);
  judgeStanding(doc, sample, tell);
  state.lastAt = at;
  state.lastHubAt = reading.atMs;
};

function beginInfusion(state: DeliveryState, infusion: string): void {
  state.infusion = infusion;
  state.measured = null;
  state.share = null;
  state.still = null;
  state.wasDelivering = false;
  for (const hold of [state.exceeded, state.stopped, state.flowing]) release(hold);
}

/** Adds up what the programmed rate would have given, and compares once that is enough to tell. */
function measureVolume(state: DeliveryState, { reading, at, policy }: Sample): void {
  const { infusedMl, programmedRateMlH } = reading;
  if (infusedMl === undefined || programmedRateMlH === undefined) {
    state.measured = null;
    return;
  }
  const { measured } = state;
  if (measured === null || infusedMl < measured.infusedMl || at <= state.lastAt || wasClockSet(state, reading, at)) {
    state.measured = { at, infusedMl, expectedMl: 0 };
    return;
  }
  measured.expectedMl += (programmedRateMlH * (at - state.lastAt)) / 3_600_000;
  if (measured.expectedMl < policy.leastVolumeMl) return;
  const givenMl = infusedMl - measured.infusedMl;
  const offMl = Math.max(0, Math.abs(givenMl - measured.expectedMl) - 2 * policy.volumeResolutionMl);
  state.share = 1 + (Math.sign(givenMl - measured.expectedMl) * offMl) / measured.expectedMl;
  state.measured = { at, infusedMl, expectedMl: 0 };
}

/** One of the two clocks was set between the last reading and this one: nobody can tell how long it took. */
const wasClockSet = ({ lastAt, lastHubAt }: DeliveryState, { atMs }: PumpReading, at: number): boolean =>
  Math.abs(at - lastAt - (atMs - lastHubAt)) > clockSetMs;

const isOrdered = ({ context: { order }, at }: Sample): boolean =>
  order !== null && at >= order.from && (order.to === null || at < order.to);

/** By how many per cent more, and less, than it should the pump gives. Null when there is nothing to compare. */
function deviation(state: DeliveryState, sample: Sample): { above: number; below: number } | null {
  const { reading, context } = sample;
  const given = reading.rateMlH ?? reading.programmedRateMlH;
  const ordered = isOrdered(sample) ? (context.order?.rateMlH ?? null) : null;
  let above = Number.NEGATIVE_INFINITY;
  let below = Number.NEGATIVE_INFINITY;
  if (given !== undefined && reading.rateMlH !== undefined && reading.programmedRateMlH) {
    above = below = percent(given, reading.programmedRateMlH);
    below = -below;
  }
  if (given !== undefined && ordered !== null) {
    above = Math.max(above, percent(given, ordered));
    // An order given in steps names the highest rate: less than that contradicts only a constant one.
    if (context.order?.continuous) below = Math.max(below, -percent(given, ordered));
  }
  if (state.share !== null) {
    above = Math.max(above, (state.share - 1) * 100);
    below = Math.max(below, (1 - state.share) * 100);
  }
  return Number.isFinite(above) || Number.isFinite(below) ? { above, below } : null;
}

const percent = (given: number, due: number): number => (given / due - 1) * 100;

function judgeRate(doc: PumpRecord, sample: Sample, tell: Tell): void {
  const { delivery: state } = doc;
  const { at, limits, policy, critical } = sample;
  const off = deviation(state, sample);
  if (off === null) return;
  const tolerance = limits.rateTolerancePct;
  const inside = tolerance - policy.rateHysteresisPct;
  const grave: AlarmPriority = critical ? 'high' : 'medium';
  const far = Math.max(policy.rateFarPct, tolerance);
  const isFar = holds(
    state.farAbove,
    off.above >= far,
    off.above < far - policy.rateHysteresisPct,
    at,
    holdMs(policy, 'high'),
  );
  const isAbove = holds(state.above, off.above > tolerance, off.above < inside, at, holdMs(policy, grave));
  const isBelow = holds(state.below, off.below > tolerance, off.below < inside, at, holdMs(policy, grave));
  if (isFar || isAbove) {
    const since = (isAbove ? state.above : state.farAbove).since;
    tell('delivery-high', {
      priority: isFar ? 'high' : grave,
      text: 'Pump gives more than it should',
      reason: inWords(sample, state),
      since,
    });
  } else tell('delivery-high', null);
  // A high alarm of the pump says already why less flows.
  if (isBelow && !(hasHighAlarm(doc) && doc.findings['delivery-low'] === undefined)) {
    tell('delivery-low', {
      priority: grave,
      text: 'Pump gives less than it should',
      reason: inWords(sample, state),
      since: state.below.since,
    });
  } else if (!isBelow) tell('delivery-low', null);
}

function inWords(sample: Sample, { share }: DeliveryState): string {
  const { rateMlH, programmedRateMlH } = sample.reading;
  const ordered = isOrdered(sample) ? sample.context.order?.rateMlH : undefined;
  const parts = [
    rateMlH === undefined ? null : `gives ${rateMlH} mL/h`,
    programmedRateMlH === undefined ? null : `programmed ${programmedRateMlH} mL/h`,
    ordered === undefined || ordered === null ? null : `ordered ${ordered} mL/h`,
    share === null ? null : `its counter moved by ${Math.round(share * 100)} % of what the programmed rate gives`,
  ];
  return `${parts.filter((part) => part !== null).join(', ')}; tolerance ${sample.limits.rateTolerancePct} %.`;
}

const hasHighAlarm = ({ alarms }: PumpRecord): boolean =>
  alarms !== '' && alarms.split('\n').some((code) => deviceAlarm(code).priority === 'high');

function judgeTotal(state: DeliveryState, sample: Sample, tell: Tell): void {
  const { reading, at, limits, policy } = sample;
  const ordered = isOrdered(sample) ? (sample.context.order?.volumeMl ?? null) : null;
  if (ordered === null || reading.infusedMl === undefined) return;
  const most = ordered * (1 + limits.volumeTolerancePct / 100);
  const isOver = holds(
    state.exceeded,
    reading.infusedMl > most,
    reading.infusedMl <= ordered,
    at,
    holdMs(policy, 'high'),
  );
  const reason = `${reading.infusedMl} mL given of ${ordered} mL ordered; tolerance ${limits.volumeTolerancePct} %.`;
  const text = 'More was given than ordered';
  tell('volume-exceeded', isOver ? { priority: 'high', text, reason, since: state.exceeded.since } : null);
}

/** A pump that stands still: it should not yet, or fluid moves all the same. */
function judgeStanding(doc: PumpRecord, sample: Sample, tell: Tell): void {
  const { delivery: state } = doc;
  const { reading, at, policy, critical } = sample;
  if (!standsStill.has(reading.state)) {
    state.still = null;
    state.wasDelivering ||= reading.state === 'infusing';
    if (state.stopped.samples > 0) release(state.stopped);
    if (state.flowing.samples > 0) release(state.flowing);
    tell('stopped-early', null);
    tell('flow-while-stopped', null);
    return;
  }
  state.still ??= { infusedMl: reading.infusedMl ?? null, reservoirMl: reading.reservoirMl ?? null };
  const flowedMl = flowSince(state.still, reading);
  const flows = flowedMl === null ? (reading.rateMlH ?? 0) > 0 : flowedMl >= policy.freeFlowMl;
  const isFlowing = holds(state.flowing, flows, !flows, at, holdMs(policy, 'high'));
  const much = flowedMl === null ? `${reading.rateMlH ?? 0} mL/h` : `${flowedMl.toFixed(1)} mL`;
  tell(
    'flow-while-stopped',
    isFlowing
      ? {
          priority: 'high',
          text: 'Fluid may flow although the pump stands still',
          reason: `The pump is ${reading.state}, and ${much} flowed since.`,
          since: state.flowing.since,
        }
      : null,
  );
  const early = brokenOff.has(reading.state) && leftMl(state, sample) > 0;
  const grave: AlarmPriority = critical ? 'high' : 'medium';
  const waits = hasHighAlarm(doc) && !state.stopped.on;
  if (!holds(state.stopped, early && !waits, !early, at, holdMs(policy, grave))) {
    tell('stopped-early', null);
    return;
  }
  const reason = `The pump is ${reading.state} with ${leftMl(state, sample).toFixed(1)} mL still to be given.`;
  tell('stopped-early', {
    priority: grave,
    text: 'Infusion stopped before its end',
    reason,
    since: state.stopped.since,
  });
}

/** What left the container or was counted since the pump stood still; null when it tells neither. */
function flowSince(still: NonNullable<DeliveryState['still']>, { infusedMl, reservoirMl }: PumpReading): number | null {
  const counted = still.infusedMl === null || infusedMl === undefined ? null : infusedMl - still.infusedMl;
  const left = still.reservoirMl === null || reservoirMl === undefined ? null : still.reservoirMl - reservoirMl;
  if (counted === null && left === null) return null;
  return Math.max(counted ?? 0, left ?? 0);
}

/** What of this infusion is still to be given, beyond the tolerance; 0 when it is done or nobody knows. */
function leftMl(state: DeliveryState, sample: Sample): number {
  const { reading, limits } = sample;
  if (!state.wasDelivering) return 0;
  const ordered = isOrdered(sample) ? (sample.context.order?.volumeMl ?? null) : null;
  const whole = ordered ?? (reading.infusedMl ?? 0) + (reading.remainingMl ?? 0);
  const left =
    reading.remainingMl ?? (ordered === null || reading.infusedMl === undefined ? 0 : ordered - reading.infusedMl);
  return left > (whole * limits.volumeTolerancePct) / 100 ? left : 0;
}
