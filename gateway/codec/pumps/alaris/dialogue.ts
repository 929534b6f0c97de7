import type { ActiveAlarm, PumpState } from '#model/reading.ts';
import { known, type PumpDialogue, type PumpIdentity, type PumpObservation, vendor } from '../observation.ts';
import type { PumpQuery } from '../query.ts';
import type { AlarisFrame } from './frame.ts';
import { type AlarisInfusion, type AlarisMessage, alarisMessageOf } from './message.ts';
import { type AlarisQuestion, alarisQuery, alarisQuestions } from './queries.ts';

/** Alarm codes of the protocol whose meaning is plain from their name. Others go on under their own. */
const alarmCodes: Readonly<Record<string, ActiveAlarm>> = {
  AL_CALLB: known('key-not-pressed'),
  AL_DRDIS: known('pump-fault'),
  AL_EMBAT: known('battery-depleted'),
  AL_EOIKV: known('infusion-complete'),
  AL_EOIST: known('infusion-complete'),
  AL_FAULT: known('pump-fault'),
  AL_LBTAC: known('battery-low'),
  AL_LWBAT: known('battery-low'),
  AL_NEOIN: known('near-end'),
  AL_OCCLU: known('occlusion-downstream'),
  AL_VTBIC: known('infusion-complete'),
  AL_VTBIK: known('infusion-complete'),
  AL_VTBIS: known('infusion-complete'),
};

/** What the pump does after these, whatever its mode says. */
const statesByAlarm: Readonly<Record<string, PumpState>> = {
  AL_EOIKV: 'kvo',
  AL_VTBIK: 'kvo',
  AL_EOIST: 'complete',
  AL_VTBIS: 'complete',
};

const ROUND: readonly AlarisQuestion[] = ['infusion', 'alarm', 'volumeToInfuse'];

/**
 * Rounds of INF, ALARM and INF_VTBI. Of the modes only SET and HLD are published: SET is taken for delivering while the rate is
 * above zero, HLD for paused; names that speak for themselves are understood, all others go by the rate.
 */
export class AlarisDialogue implements PumpDialogue<AlarisFrame> {
  #asked: AlarisQuestion | undefined;
  #left: readonly AlarisQuestion[] = [];
  #infusion: AlarisInfusion | undefined;
  #alarm: Extract<AlarisMessage, { says: 'alarm' }> | undefined;
  #vtbi: Extract<AlarisMessage, { says: 'volume-to-infuse' }> | undefined;
  #serial: string | undefined;

  get identity(): PumpIdentity {
    return { model: 'Alaris Asena', ...(this.#serial !== undefined && { serial: this.#serial }) };
  }

  begin(): void {
    this.#asked = undefined;
    this.#left = ROUND;
    this.#infusion = undefined;
    this.#alarm = undefined;
    this.#vtbi = undefined;
  }

  next(): PumpQuery | undefined {
    const [question, ...left] = this.#left;
    this.#left = left;
    this.#asked = question;
    return question && alarisQuery(question);
  }

  take(frame: AlarisFrame): 'answer' | 'news' | 'other' {
    // A line in echo gives the question back; the answer is still to come.
    if (frame.kind === 'query') return 'other';
    const message = alarisMessageOf(frame);
    if (message?.says === 'infusion') {
      this.#infusion = message;
      if (message.serial !== '') this.#serial = message.serial;
    } else if (message?.says === 'alarm') this.#alarm = message;
    else if (message?.says === 'volume-to-infuse') this.#vtbi = message;
    if (this.#asked === undefined || alarisQuestions[this.#asked] !== frame.command) return 'news';
    this.#asked = undefined;
    return 'answer';
  }

  /** An alarm is told for as long as it lasts: nothing is lost with an answer. */
  unanswered(): void {}

  observation(): PumpObservation | undefined {
    const infusion = this.#infusion;
    if (!infusion) return undefined;
    const { rateMlH, drug, infusedMl, pressureMmHg } = infusion;
    const code = this.#alarm?.active === true ? this.#alarm.code : undefined;
    const alarms = this.#alarms(infusion, code);
    return {
      state: stateOf(infusion, code),
      ...(drug !== undefined && { drug }),
      ...(rateMlH !== undefined && { rateMlH }),
      ...(infusedMl !== undefined && { infusedMl }),
      ...(this.#vtbi?.active && this.#vtbi.volumeMl !== undefined && { remainingMl: this.#vtbi.volumeMl }),
      ...(pressureMmHg !== undefined && { pressureMmHg }),
      ...(code === 'AL_ACDIS' && { onMains: false }),
      ...(alarms && { alarms }),
    };
  }

  /** Undefined when the pump did not say which: absent is not none. */
  #alarms(infusion: AlarisInfusion, code: string | undefined): ActiveAlarm[] | undefined {
    // Mains lost is told as such; it is no alarm as long as the battery lasts.
    if (code === 'AL_ACDIS') return [];
    if (code !== undefined) return [alarmCodes[code] ?? vendor(`alaris-${code.slice('AL_'.length).toLowerCase()}`)];
    if (infusion.alarming) return [vendor('alaris-unnamed')];
    return this.#alarm ? [] : undefined;
  }
}

function stateOf({ mode, rateMlH = 0 }: AlarisInfusion, code: string | undefined): PumpState {
  const byAlarm = code === undefined ? undefined : statesByAlarm[code];
  if (byAlarm) return byAlarm;
  if (/HLD|HOLD|PAUS/i.test(mode)) return 'paused';
  if (/BOL/i.test(mode)) return 'bolus';
  if (/PURG|PRIM/i.test(mode)) return 'priming';
  if (/KVO/i.test(mode)) return 'kvo';
  if (/ST(?:AND)?BY/i.test(mode)) return 'standby';
  return rateMlH > 0 ? 'infusing' : 'stopped';
}
