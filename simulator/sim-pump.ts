import type { Random } from '#kernel/random.ts';
import { ProgramRun } from './program-run.ts';
import { Pump, type PumpEvent } from './pump.ts';
import { pumpModel } from './pump-models/index.ts';
import { type Observation, observe } from './readout.ts';
import { randomFor, seededUuid } from './seeds.ts';
import type { PumpStoryEvent } from './story.ts';
import { therapy } from './therapies/index.ts';

export interface SimPumpOptions {
  readonly id: string;
  readonly hub: string;
  readonly model: string;
  readonly seed: number;
  /** Makes ids of infusions unlike those of other runs. */
  readonly idRandom: Random;
}

/** A pump with its place in time: brought up to the moment before it is read or touched. */
export class SimPump {
  readonly id: string;
  readonly hub: string;
  readonly pump: Pump;
  readonly #sensor: Random;
  readonly #idRandom: Random;
  #nowS = 0;

  constructor({ id, hub, model, seed, idRandom }: SimPumpOptions) {
    this.id = id;
    this.hub = hub;
    this.pump = new Pump(pumpModel(model), seed, id);
    this.#sensor = randomFor(seed, id, 'sensor');
    this.#idRandom = idRandom;
  }

  /** Brings the pump to `nowS` since the start; tells what happened on the way and when, in the same seconds. */
  advanceTo(nowS: number): { readonly atS: number; readonly event: PumpEvent }[] {
    const fromS = this.#nowS;
    if (nowS <= fromS) return [];
    this.#nowS = nowS;
    return this.pump.advance(nowS - fromS).map((event) => ({ atS: fromS + event.afterS, event }));
  }

  read(): Observation {
    return observe(this.pump, this.#sensor);
  }

  /** Does what the story says. The pump must have been brought to its moment. */
  apply(event: PumpStoryEvent): void {
    const { pump } = this;
    switch (event.event) {
      case 'start':
        this.#start(event);
        break;
      case 'occlude':
        pump.line.setOpening(event.opening ?? 0);
        break;
      case 'release':
        pump.line.setOpening(1);
        break;
      case 'pause':
        pump.pause();
        break;
      case 'resume':
        pump.resume();
        break;
      case 'stop':
        pump.stop();
        break;
      case 'flush':
        pump.line.flush(event.ml, event.seconds);
        break;
      case 'replace-bag':
        pump.replaceBag(event.ml);
        break;
      case 'fault':
        pump.fault(event.code);
        break;
      case 'battery':
        pump.setBattery(event.pct, event.onMains);
        break;
      case 'nurse-visit':
        throw new Error('A visit is written out by expand() before it is played.');
    }
  }

  #start({ therapy: name, bagMl, limitMmHg, skipS = 0 }: Extract<PumpStoryEvent, { event: 'start' }>): void {
    const { program, bagMl: fullBagMl } = therapy(name);
    // The bag holds what it was hung with less what ran before the simulation begins.
    const usedMl = new ProgramRun('', program, 0, skipS).infusedMl;
    this.pump.start({
      infusion: `${this.id}-${seededUuid(this.#idRandom).slice(0, 8)}`,
      program,
      bagMl: bagMl ?? Math.max(0, fullBagMl - usedMl),
      skipS,
      ...(limitMmHg !== undefined && { limitMmHg }),
    });
  }
}
