import type { Admission } from '#intake/admission.ts';
import { SerialIntake } from '#intake/serial-intake.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import type { Config } from './config/schema.ts';
import { tcpAddressOf } from './config/serial-checks.ts';

/** The serial lines of the configuration. Whoever can plug a hub into one of them may report: the cable is the credential. */
export function serialIntake(
  config: Config,
  admission: Admission,
  clock: Clock,
  random: Random,
  log: Logger,
): SerialIntake {
  const { paths, baud } = config.serial;
  const lines = new Map(paths.map((path) => [path, tcpAddressOf(path) ?? { path }]));
  return new SerialIntake(admission, clock, random, log, { lines, baud, mayReport: () => true });
}
