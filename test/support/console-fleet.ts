import { randomUUID } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { systemRandom } from '#kernel/random.ts';
import { type MonoMs, monoBetween } from '#kernel/time.ts';
import { Fleet } from '#simulator/fleet.ts';
import type { Story } from '#simulator/story.ts';
import { MqttTransport } from '#uplink/mqtt-transport.ts';
import type { HubTransport, Link, LinkRequest } from '#uplink/transport.ts';

/** Links over MQTT that note when they first sent a text. */
class WatchedTransport implements HubTransport {
  readonly #inner: HubTransport;
  readonly #clock: Clock;
  readonly #text: string;
  #sentAt: MonoMs | undefined;

  constructor(inner: HubTransport, clock: Clock, text: string) {
    this.#inner = inner;
    this.#clock = clock;
    this.#text = text;
  }

  get sentAt(): MonoMs | undefined {
    return this.#sentAt;
  }

  async open(request: LinkRequest, signal?: AbortSignal): Promise<Link> {
    const link = await this.#inner.open(request, signal);
    return {
      publish: (topic, payload, retain) => {
        if (this.#sentAt === undefined && payload.includes(this.#text)) this.#sentAt = this.#clock.monotonic();
        return link.publish(topic, payload, retain);
      },
      close: () => link.close(),
      cut: () => link.cut(),
    };
  }
}

/** The lowest limit of the Infusomat's table: at 100 mL/h it alarms within about 7 s of the block. */
export const limitMmHg = 226;

/** One pump whose line is blocked, and freed if `releaseAt` says when (seconds of the story); read every half second. */
export function occlusionStory(pump: string, hub: string, occludeAt: number, releaseAt: number | null): Story {
  const start = { at: 0, pump, event: 'start', therapy: 'antibiotic', limitMmHg, skipS: 300 } as const;
  return {
    title: 'A line is blocked',
    intervalS: 0.5,
    hubs: [{ id: hub, pumps: [{ id: pump, model: 'infusomat-space', serial: '1' }] }],
    events: [
      start,
      { at: occludeAt, pump, event: 'occlude' },
      ...(releaseAt === null
        ? []
        : ([
            { at: releaseAt, pump, event: 'release' },
            { at: releaseAt + 0.5, pump, event: 'resume' },
          ] as const)),
    ],
  };
}

/** A simulated fleet that plays a story against a real broker, in real time. */
export class ConsoleFleet {
  /** Resolves when the pump itself has alarmed, whether it could tell anybody or not. */
  readonly alarmed: Promise<void>;
  readonly #fleet: Fleet;
  readonly #transport: WatchedTransport;
  readonly #clock: Clock;

  constructor(story: Story, mqttUrl: string, clock: Clock) {
    this.#clock = clock;
    this.#transport = new WatchedTransport(new MqttTransport({ url: mqttUrl }), clock, 'occlusion-downstream');
    const { promise, resolve } = Promise.withResolvers<void>();
    this.alarmed = promise;
    this.#fleet = new Fleet({
      story,
      transport: this.#transport,
      clock,
      seed: 7,
      newBoot: randomUUID,
      idRandom: systemRandom,
      truth: (line) => {
        if (line.cause === 'pump' && line.code === 'occlusion-downstream') resolve();
      },
    });
  }

  start(): void {
    this.#fleet.start();
  }

  stop(): Promise<void> {
    return this.#fleet.stop();
  }

  /** Since the first PUBLISH that carried an occlusion. @throws Error while there was none. */
  msSinceOcclusionSent(): number {
    const { sentAt } = this.#transport;
    if (sentAt === undefined) throw new Error('No reading with an occlusion has been sent yet.');
    return monoBetween(sentAt, this.#clock.monotonic());
  }
}
