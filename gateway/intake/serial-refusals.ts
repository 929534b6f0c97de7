import type { RefusalCode } from '#codec/refusal.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { seconds } from '#kernel/time.ts';
import type { Admission } from './admission.ts';

export interface ThrownAway {
  readonly code: RefusalCode;
  /** What was wrong with it. Never the bytes, which could be anything. */
  readonly why: string;
  readonly hub: string | null;
  readonly bytes: number;
}

/** A line full of noise must not push everything else out of quarantine. */
const GATHER = seconds(10);
const MOST_KINDS = 32;

/** What a line threw away, into quarantine: the first at once, then what gathered, once in a while. */
export class SerialRefusals {
  readonly #topic: string;
  readonly #admission: Pick<Admission, 'submit'>;
  readonly #clock: Clock;
  #gathered = new Map<string, { readonly what: ThrownAway; times: number; bytes: number }>();
  #timer: Timer | undefined;

  constructor(port: string, admission: Pick<Admission, 'submit'>, clock: Clock) {
    this.#topic = `serial ${port}`;
    this.#admission = admission;
    this.#clock = clock;
  }

  note(what: ThrownAway): void {
    const named = this.#gathered.size < MOST_KINDS ? what : { ...what, hub: null };
    const key = [named.code, named.why, named.hub ?? ''].join(' ');
    const known = this.#gathered.get(key) ?? { what: named, times: 0, bytes: 0 };
    known.times += 1;
    known.bytes += what.bytes;
    this.#gathered.set(key, known);
    if (!this.#timer) this.#tell();
  }

  /** Tells what is left. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#write();
  }

  #tell(): void {
    this.#write();
    this.#timer = this.#clock.after(GATHER, 'serial-refusals', () => {
      this.#timer = undefined;
      if (this.#gathered.size > 0) this.#tell();
    });
  }

  #write(): void {
    for (const { what, times, bytes } of this.#gathered.values()) {
      const refusal = { code: what.code, detail: `${what.why}: ${times} times, ${bytes} bytes` };
      const receivedAt = this.#clock.wall();
      this.#admission.submit(
        { kind: 'refusal', topic: this.#topic, hub: what.hub, pump: null, receivedAt, refusal },
        () => {},
      );
    }
    this.#gathered = new Map();
  }
}
