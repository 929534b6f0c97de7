import type { Random } from '#kernel/random.ts';
import { type Program, steady, volumeToInfuseMl } from './program.ts';
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
        pump.line.setOpening(event.opening ?? 1 - (event.percent ?? 100) / 100);
        break;
      case 'kink':
        pump.line.kink(event);
        break;
      case 'occlude-upstream':
        pump.line.setUpstreamOpening(1 - (event.percent ?? 100) / 100);
        break;
      case 'release-upstream':
        pump.line.setUpstreamOpening(1);
        break;
      case 'raise-arm':
        pump.line.raiseArm(event.cm, event.seconds);
        break;
      case 'cough':
        pump.line.cough(event.times ?? 5);
        break;
      case 'infiltrate':
        pump.line.infiltrate(event.share);
        break;
      case 'disconnect':
        pump.line.setConnected(false);
        break;
      case 'connect':
        pump.line.setConnected(true);
        break;
      case 'free-flow':
        pump.freeFlow(true);
        break;
      case 'clamp':
        pump.freeFlow(false);
        break;
      case 'air':
        pump.air(event.ml);
        break;
      case 'move-bag':
        pump.line.setBagAbove(event.cm);
        break;
      case 'set-rate':
        pump.setRate(event.rateMlH);
        break;
      case 'battery-fade':
        pump.fadeBattery(event.factor);
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

  #start(event: Extract<PumpStoryEvent, { event: 'start' }>): void {
    const { therapy: name, bagMl, limitMmHg, skipS = 0, rateMlH, unprimed = false } = event;
    const { program: usual, bagMl: fullBagMl } = therapy(name);
    const program = rateMlH === undefined ? usual : atRate(usual, rateMlH);
    // The bag holds what it was hung with less what ran before the simulation begins.
    const usedMl = new ProgramRun('', program, 0, skipS).infusedMl;
    this.pump.start({
      infusion: `${this.id}-${seededUuid(this.#idRandom).slice(0, 8)}`,
      program,
      bagMl: bagMl ?? Math.max(0, fullBagMl - usedMl),
      skipS,
      primed: !unprimed,
      ...(limitMmHg !== undefined && { limitMmHg }),
    });
  }
}

/** The same volume of a program that has one rate, at another. @throws Error for a program of several rates. */
function atRate(program: Program, rateMlH: number): Program {
  if (program.phases.length !== 1) throw new Error(`${program.drug} has several rates: it cannot be started at one.`);
  return steady(program.drug, rateMlH, volumeToInfuseMl(program), program.atEnd);
}
