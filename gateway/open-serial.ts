import type { Admission } from '#intake/admission.ts';
import { SerialIntake } from '#intake/serial-intake.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { isoUtc } from '#kernel/time.ts';
import type { Hub } from '#model/registry.ts';
import { enrolmentOf } from './config/cross-checks.ts';
import type { Config } from './config/schema.ts';
import { tcpAddressOf } from './config/serial-checks.ts';

/**
 * The serial lines of the configuration. The cable is the credential; under closed enrolment the hub has to be in the
 * registry, too.
 */
export function serialIntake(
  config: Config,
  admission: Admission,
  clock: Clock,
  random: Random,
  log: Logger,
  hubOf: (id: string) => Pick<Hub, 'to'> | undefined,
): SerialIntake {
  const { paths, baud } = config.serial;
  const lines = new Map(paths.map((path) => [path, tcpAddressOf(path) ?? { path }]));
  const isClosed = enrolmentOf(config) === 'closed';
  const isEnrolled = (id: string): boolean => {
    const hub = hubOf(id);
    return hub !== undefined && (hub.to === null || hub.to >= isoUtc(clock.wall()).slice(0, 10));
  };
  return new SerialIntake(admission, clock, random, log, {
    lines,
    baud,
    mayReport: (id) => !isClosed || isEnrolled(id),
  });
}
