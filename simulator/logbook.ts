import type { PumpReading } from '#model/reading.ts';
import { HubClock } from './hub-clock.ts';
import type { Observation } from './readout.ts';
import type { HomeHub } from './world.ts';

export interface LogbookOptions {
  readonly id: string;
  readonly startMs: number;
  readonly clockOffsetMs?: number;
  readonly clockDriftPpm?: number;
  readonly newBoot: () => string;
  readonly onReading: (hub: string, pump: string, boot: string, reading: PumpReading) => void;
}

/** A hub without a network: it numbers and dates what its pumps tell, and hands it on at once. */
export class Logbook implements HomeHub {
  readonly #options: LogbookOptions;
  readonly #clock: HubClock;
  #seqs = new Map<string, number>();
  #boot: string;
  #powered = true;

  constructor(options: LogbookOptions) {
    this.#options = options;
    this.#clock = new HubClock(options.startMs, options.clockOffsetMs, options.clockDriftPpm);
    this.#boot = options.newBoot();
  }

  get id(): string {
    return this.#options.id;
  }

  get boot(): string {
    return this.#boot;
  }

  get powered(): boolean {
    return this.#powered;
  }

  record(pump: string, observation: Observation, atMs: number): number {
    const seq = this.#seqs.get(pump) ?? 0;
    this.#seqs.set(pump, seq + 1);
    this.#options.onReading(this.id, pump, this.#boot, { ...observation, seq, atMs: this.#clock.read(atMs) });
    return seq;
  }

  restart(): void {
    this.unplug();
    this.plug();
  }

  unplug(): void {
    this.#powered = false;
  }

  plug(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.#boot = this.#options.newBoot();
    this.#seqs = new Map();
  }

  stepClock(byMs: number): void {
    this.#clock.step(byMs);
  }

  /** There is no network to go or to fail. */
  start(): void {}
  cut(): void {}
  disturb(): void {}
}
