import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import type { Admission } from './admission.ts';
import { serialDevice } from './serial-device.ts';
import type { OpenByteLink, SerialLineAddress } from './serial-link.ts';
import { type SerialPortHealth, SerialSupervisor } from './serial-supervisor.ts';
import { serialOverTcp } from './serial-tcp.ts';

export interface SerialIntakeOptions {
  /** By the name that people see. */
  readonly lines: ReadonlyMap<string, SerialLineAddress>;
  readonly baud: number;
  /** Whether this hub may report over a serial line. */
  readonly mayReport: (hub: string) => boolean;
}

/** All serial lines of the gateway, each on its own: one that fails disturbs no other. */
export class SerialIntake {
  readonly #lines: readonly SerialSupervisor[];

  constructor(admission: Admission, clock: Clock, random: Random, log: Logger, options: SerialIntakeOptions) {
    const { lines, baud, mayReport } = options;
    this.#lines = [...lines].map(([port, address]) => {
      return new SerialSupervisor({
        port,
        open: doorOf(address, baud, clock),
        admission,
        clock,
        random,
        log,
        mayReport,
      });
    });
  }

  open(): void {
    for (const line of this.#lines) line.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.stop()));
  }

  health(): readonly SerialPortHealth[] {
    return this.#lines.map((line) => line.health());
  }
}

function doorOf(line: SerialLineAddress, baud: number, clock: Clock): OpenByteLink {
  return 'host' in line ? serialOverTcp(line.host, line.port) : serialDevice(line.path, baud, clock);
}
