import type { PumpProtocolId } from '#codec/pumps/protocols.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { type DevicePort, openSerialPort, serveTcpPort } from '#simulator/device/device-port.ts';
import { DeviceTroubles, noTroubles, type TroubleShares } from '#simulator/device/device-troubles.ts';
import { DeviceWorld } from '#simulator/device/device-world.ts';
import { PumpDevice } from '#simulator/device/pump-device.ts';
import type { Heard, Voice } from '#simulator/device/voice.ts';
import { voices } from '#simulator/device/voices.ts';
import { randomFor } from '#simulator/seeds.ts';
import { oneSyringeStory } from '#simulator/stories/one-syringe.ts';

const PUMP = 'syringe-01';
const clock = new SystemClock();

/** A simulated pump in this process whose life goes on while its cable is pulled. */
export class DeviceBench {
  readonly heard: Heard[] = [];
  readonly #world: DeviceWorld;
  readonly #voice: Voice;
  readonly #shares: TroubleShares;
  #port: DevicePort | undefined;
  #device: PumpDevice | undefined;

  constructor(protocol: PumpProtocolId, speed: number, shares: TroubleShares = noTroubles) {
    this.#world = new DeviceWorld(oneSyringeStory, 7, clock, speed);
    this.#shares = shares;
    const serial = protocol === 'terumo-te' ? '000100700000001201000001' : '8002-51740';
    this.#voice = voices[protocol]({ serial, address: 0, onHeard: (heard) => this.heard.push(heard) });
  }

  async onTerminal(path: string): Promise<void> {
    this.#begin(await openSerialPort(path, 38_400, this.#handlers()));
  }

  /** Answers the port that it listens on. */
  async onTcp(): Promise<number> {
    const port = await serveTcpPort(0, this.#handlers());
    this.#begin(port);
    return port.port;
  }

  async unplug(): Promise<void> {
    this.#device?.stop();
    await this.#port?.close();
    this.#port = undefined;
  }

  #handlers() {
    return { onBytes: (bytes: Uint8Array) => this.#device?.received(bytes), onLost: () => {} };
  }

  #begin(port: DevicePort): void {
    this.#port = port;
    this.#device = new PumpDevice(this.#voice, () => this.#world.look(PUMP), {
      troubles: new DeviceTroubles(this.#shares, randomFor(7, 'troubles')),
      clock,
      line: port,
    });
  }
}
