import { readingsTopic } from '#codec/topics.ts';
import type { AlarmCode } from '#model/alarms.ts';
import type { PumpReading } from '#model/reading.ts';
import { PublishTemplate } from './frames.ts';
import { RangeSet } from './ledger.ts';

/** What every reading of a load says: a pump that infuses. */
const STEADY: Omit<PumpReading, 'seq' | 'atMs'> = {
  state: 'infusing',
  infusion: 'load',
  drug: 'J2260',
  rateMlH: 7.9,
  programmedRateMlH: 7.9,
  infusedMl: 12.5,
  remainingMl: 87.5,
  reservoirMl: 87.5,
  pressureMmHg: 31,
  pressureLimitMmHg: 563,
  batteryPct: 88,
  onMains: true,
};

/** One pump of a load: its numbers, its two messages (quiet and with the alarm), and what was acknowledged. */
export class LoadPump {
  readonly id: string;
  readonly hub: string;
  readonly boot: string;
  readonly acknowledged = new RangeSet();
  readonly #perMessage: number;
  readonly #quiet: PublishTemplate;
  readonly #alarmed: PublishTemplate;
  #next = 0;

  constructor(id: string, hub: string, boot: string, readingsPerMessage: number, code: AlarmCode) {
    this.id = id;
    this.hub = hub;
    this.boot = boot;
    this.#perMessage = readingsPerMessage;
    const topic = readingsTopic(hub, id);
    const readings = Array.from({ length: readingsPerMessage }, () => STEADY);
    this.#quiet = new PublishTemplate(
      topic,
      boot,
      readings.map((reading) => ({ ...reading, alarms: [] })),
    );
    this.#alarmed = new PublishTemplate(
      topic,
      boot,
      readings.map((reading) => ({ ...reading, alarms: [{ code }] })),
    );
  }

  /** First sequence number of a new message. */
  take(): number {
    const from = this.#next;
    this.#next += this.#perMessage;
    return from;
  }

  lastOf(from: number): number {
    return from + this.#perMessage - 1;
  }

  template(alarm: boolean): PublishTemplate {
    return alarm ? this.#alarmed : this.#quiet;
  }
}
