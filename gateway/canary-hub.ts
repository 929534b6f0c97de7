import { randomUUID } from 'node:crypto';
import { connect, type MqttClient } from 'mqtt';
import { encodeReadings } from '#codec/hub-json.ts';
import { alertTopic, readingsTopic } from '#codec/topics.ts';
import type { Clock } from '#kernel/clock.ts';
import type { PumpReading } from '#model/reading.ts';
import { canaryPump } from './canary.ts';

export interface CanaryHubOptions {
  readonly url: string;
  readonly hub: string;
  readonly password?: string;
  /** PEM. */
  readonly ca?: string;
  readonly clock: Pick<Clock, 'wall'>;
  /** The alarm that was sent last came out where its hub is shown it. */
  readonly onArrived: () => void;
  readonly onError: (error: unknown) => void;
}

const RECONNECT_MS = 5_000;
const alarm = { state: 'infusing', rateMlH: 5, alarms: [{ code: 'occlusion-downstream' }] } as const;
const atRest = { state: 'off', alarms: [] } as const;

/**
 * The home hub that the watchdog plays: a pump of it alarms when told to, and it listens to what the gateway shows its hub,
 * `infusion/v1/{hub}/alert`. A code that was not there before is the alarm come back.
 */
export class CanaryHub {
  readonly #options: CanaryHubOptions;
  readonly #client: MqttClient;
  readonly #boot = randomUUID();
  readonly #seq = new Map<string, number>();
  #turn = 0;
  #waiting: string | null = null;
  #shown: ReadonlySet<string> = new Set();

  constructor(options: CanaryHubOptions) {
    this.#options = options;
    const { url, hub, password, ca, onError } = options;
    this.#client = connect(url, {
      clientId: hub,
      protocolVersion: 4,
      reconnectPeriod: RECONNECT_MS,
      // What could not be sent is a canary that was lost, not one to be sent later.
      queueQoSZero: false,
      ...(password !== undefined && { username: hub, password }),
      ...(ca !== undefined && { ca }),
    });
    this.#client.on('error', onError);
    this.#client.on('connect', () =>
      this.#client.subscribe(alertTopic(hub), { qos: 1 }, (error) => error && onError(error)),
    );
    this.#client.on('message', (_topic, payload) => this.#see(payload));
  }

  /** A pump alarms. Rejects when the broker cannot be reached. */
  async alarm(): Promise<void> {
    if (!this.#client.connected) throw new Error('the broker of the gateway is not reached');
    await this.#rest();
    this.#turn += 1;
    const pump = canaryPump(this.#options.hub, this.#turn);
    this.#waiting = pump;
    await this.#tell(pump, alarm);
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #see(payload: Buffer): void {
    const shown = codesIn(payload);
    const isNew = [...shown].some((code) => !this.#shown.has(code));
    this.#shown = shown;
    if (!isNew || this.#waiting === null) return;
    this.#options.onArrived();
    this.#rest().catch(this.#options.onError);
  }

  /** Ends the alarm of the pump that alarms, if one does. */
  async #rest(): Promise<void> {
    const pump = this.#waiting;
    this.#waiting = null;
    if (pump !== null) await this.#tell(pump, atRest);
  }

  async #tell(pump: string, what: Pick<PumpReading, 'state' | 'rateMlH' | 'alarms'>): Promise<void> {
    const seq = this.#seq.get(pump) ?? 0;
    this.#seq.set(pump, seq + 1);
    const reading = { seq, atMs: this.#options.clock.wall(), ...what };
    const payload = encodeReadings(this.#boot, [reading]);
    await this.#client.publishAsync(readingsTopic(this.#options.hub, pump), payload, { qos: 1 });
  }
}

/** Codes on the board of a hub; a payload that is none has none. */
function codesIn(payload: Buffer): ReadonlySet<string> {
  try {
    const board: { readonly alerts?: readonly { readonly id?: unknown }[] } = JSON.parse(payload.toString());
    return new Set((board.alerts ?? []).flatMap(({ id }) => (typeof id === 'string' ? [id] : [])));
  } catch {
    return new Set();
  }
}
