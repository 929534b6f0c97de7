import type { ActiveAlarm, PumpState } from '#model/reading.ts';
import { known, type PumpDialogue, type PumpIdentity, type PumpObservation, vendor } from '../observation.ts';
import type { PumpQuery } from '../query.ts';
import type { Ne1000Frame, Ne1000Reply, Ne1000Status } from './frame.ts';
import { type Ne1000Message, ne1000MessageOf } from './message.ts';
import { type Ne1000Question, ne1000Query } from './queries.ts';

const states: Readonly<Record<Ne1000Status, PumpState>> = {
  infusing: 'infusing',
  withdrawing: 'stopped',
  stopped: 'stopped',
  paused: 'paused',
  'pause-phase': 'paused',
  'trigger-wait': 'standby',
  purging: 'priming',
};

const ROUND: readonly Ne1000Question[] = ['dispensed', 'rate', 'volume'];

/**
 * Rounds of dispensed volume, rate and volume to be dispensed; each answer carries the status. The pump has no pressure and
 * no battery to tell of. A stalled motor is a malfunction: that it was an occlusion would be a guess.
 *
 * Answering any command acknowledges an alarm (manual §10.4), so the pump tells it once. It stays in the observations until the
 * pump is seen to move again. A pump that stands still and was never seen to move may have told its alarm to somebody else:
 * then nothing is said of alarms. One that stopped while an answer was lost may have told it with that answer: that is an alarm.
 */
export class Ne1000Dialogue implements PumpDialogue<Ne1000Frame> {
  readonly #address: number;
  readonly #mode: 'basic' | 'safe';
  #asked: Ne1000Question | undefined;
  #left: readonly Ne1000Question[] = [];
  #status: Ne1000Reply['status'] | undefined;
  #alarm: ActiveAlarm | undefined;
  #seenMoving = false;
  /** An answer was lost since the pump was last seen to move. */
  #lost = false;
  #told = new Map<Ne1000Message['says'], Ne1000Message>();
  #identity: PumpIdentity = {};

  constructor(address: number, mode: 'basic' | 'safe') {
    this.#address = address;
    this.#mode = mode;
  }

  get identity(): PumpIdentity {
    return this.#identity;
  }

  begin(): void {
    this.#asked = undefined;
    this.#left = this.#identity.model === undefined ? ['version', ...ROUND] : ROUND;
    this.#status = undefined;
    this.#told = new Map();
  }

  next(): PumpQuery | undefined {
    const [question, ...left] = this.#left;
    this.#left = left;
    this.#asked = question;
    return question && ne1000Query(question, this.#address, this.#mode);
  }

  take(frame: Ne1000Frame): 'answer' | 'news' | 'other' {
    if (frame.kind !== 'reply' || frame.address !== this.#address) return 'other';
    this.#status = frame.status;
    this.#watch(frame.status);
    const message = ne1000MessageOf(frame);
    if (message?.says === 'version') this.#identity = { model: message.model };
    else if (message) this.#told.set(message.says, message);
    if (this.#asked === undefined) return 'news';
    // An alarm comes in place of what was asked; so it is asked again in this round.
    if (frame.status === 'alarm') this.#left = [this.#asked, ...this.#left];
    this.#asked = undefined;
    return 'answer';
  }

  unanswered(): void {
    this.#lost = true;
  }

  observation(): PumpObservation | undefined {
    const status = this.#status;
    if (status === undefined) return undefined;
    const [rate, volume, dispensed] = [this.#told.get('rate'), this.#told.get('volume'), this.#told.get('dispensed')];
    const infusedMl = dispensed?.says === 'dispensed' ? dispensed.infusedMl : undefined;
    const programmedRateMlH = rate?.says === 'rate' ? rate.rateMlH : undefined;
    // Volume 0 is the pump's way to say that it goes on until it is stopped.
    const volumeMl = volume?.says === 'volume' && volume.volumeMl > 0 ? volume.volumeMl : undefined;
    const rateMlH = deliveredRate(status, programmedRateMlH);
    return {
      state: status === 'alarm' ? 'stopped' : states[status],
      ...(rateMlH !== undefined && { rateMlH }),
      ...(programmedRateMlH !== undefined && { programmedRateMlH }),
      ...(infusedMl !== undefined && { infusedMl }),
      ...(infusedMl !== undefined &&
        volumeMl !== undefined && { remainingMl: Math.max(0, Math.round((volumeMl - infusedMl) * 1_000) / 1_000) }),
      ...(this.#seenMoving || this.#alarm ? { alarms: this.#alarm ? [this.#alarm] : [] } : {}),
    };
  }

  #watch(status: Ne1000Reply['status']): void {
    if (status === 'alarm') this.#alarm = known('pump-fault');
    // Nothing that is meant for a patient draws back.
    else if (status === 'withdrawing') this.#alarm = vendor('ne1000-withdrawing');
    else if (status === 'infusing' || status === 'purging') {
      this.#alarm = undefined;
      this.#seenMoving = true;
      this.#lost = false;
    } else if (this.#lost && this.#seenMoving) this.#alarm ??= vendor('ne1000-unexplained-stop');
  }
}

/** By its status the pump says whether it delivers; how fast it purges it does not say. */
function deliveredRate(status: Ne1000Reply['status'], programmedRateMlH: number | undefined): number | undefined {
  if (status === 'infusing') return programmedRateMlH;
  return status === 'purging' || status === 'withdrawing' ? undefined : 0;
}
