import type { ActiveAlarm, PumpState } from '#model/reading.ts';
import { known, type PumpDialogue, type PumpIdentity, type PumpObservation, vendor } from '../observation.ts';
import type { PumpQuery } from '../query.ts';
import type { TerumoFrame } from './frame.ts';
import { type TerumoAlarm, type TerumoState, type TerumoStatus, terumoStatusOf } from './message.ts';
import { TERUMO_SEQUENCES, terumoIdQuery, terumoStatusQuery } from './queries.ts';

const states: Readonly<Record<TerumoState, PumpState>> = {
  stop: 'stopped',
  start: 'infusing',
  standby: 'standby',
  purge: 'priming',
  'hands-on-bolus': 'bolus',
  'hands-free-bolus': 'bolus',
};

/** Alarms that our table has a code for; the rest go on under their own name. */
const alarmCodes: Partial<Record<TerumoAlarm, ActiveAlarm>> = {
  'shutdown-notice': known('battery-depleted'),
  completion: known('infusion-complete'),
  occlusion: known('occlusion-downstream'),
  'nearly-empty': known('reservoir-low'),
  battery: known('battery-low'),
  'start-reminder': known('key-not-pressed'),
};

/** Asks for the id once, then for the status each round. No pressure: the protocol tells quarters of the limit only. */
export class TerumoDialogue implements PumpDialogue<TerumoFrame> {
  #deviceId = '';
  #sequence = 0;
  #done = true;
  #status: TerumoStatus | undefined;

  get identity(): PumpIdentity {
    return { model: 'Terumo TE', ...(this.#deviceId !== '' && { serial: this.#deviceId }) };
  }

  begin(): void {
    this.#done = false;
    this.#status = undefined;
  }

  next(): PumpQuery | undefined {
    if (this.#done) return undefined;
    if (this.#deviceId === '') return terumoIdQuery();
    this.#sequence = (this.#sequence + 1) % TERUMO_SEQUENCES;
    return terumoStatusQuery(this.#deviceId, this.#sequence);
  }

  take(frame: TerumoFrame): 'answer' | 'news' | 'other' {
    if (frame.kind !== 'reply' || frame.deviceId === '') return 'other';
    if (!frame.command) {
      if (this.#deviceId !== '') return 'other';
      this.#deviceId = frame.deviceId;
      return 'answer';
    }
    // Another pump, or an answer that came too late for its question.
    if (frame.deviceId !== this.#deviceId || frame.command.sequence !== this.#sequence) return 'other';
    this.#status = terumoStatusOf(frame);
    this.#done = true;
    return 'answer';
  }

  /** An alarm is told for as long as it lasts: nothing is lost with an answer. */
  unanswered(): void {}

  observation(): PumpObservation | undefined {
    const status = this.#status;
    if (!status) return undefined;
    const { state, rateMlH, deliveredMl, vtbiMl, onMains, alarms } = status;
    return {
      state: alarms.includes('completion') && state === 'stop' ? 'complete' : states[state],
      // The rate that was set is the rate that flows; how fast it purges or gives a bolus it does not say.
      ...(state === 'start' && { rateMlH }),
      ...((state === 'stop' || state === 'standby') && { rateMlH: 0 }),
      programmedRateMlH: rateMlH,
      infusedMl: deliveredMl,
      ...(typeof vtbiMl === 'number' && { remainingMl: Math.max(0, Math.round((vtbiMl - deliveredMl) * 100) / 100) }),
      onMains,
      alarms: alarms.map((alarm) => alarmCodes[alarm] ?? vendor(`terumo-${alarm}`)),
    };
  }
}
