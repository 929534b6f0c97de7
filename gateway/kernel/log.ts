import { type DestinationStream, destination, type Logger as PinoLogger, pino } from 'pino';

export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  child(bindings: Record<string, unknown>): Logger;
};

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Keys that never reach a log line, at the top and one level down: secrets, and whatever could name a patient. */
export const redactedKeys = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'link',
  'name',
  'patientName',
  'birthDate',
  'recordNumber',
  'phone',
  'address',
  'note',
  'payload',
] as const;

/** JSON lines on standard error (standard output carries the `ready` line). `sink` is for tests. */
export function createLogger(level: LogLevel, sink?: DestinationStream): Logger {
  const paths = redactedKeys.flatMap((key) => [key, `*.${key}`]);
  return pino(
    {
      level,
      base: null,
      redact: { paths, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    sink ?? destination({ fd: 2, sync: true }),
  );
}

/** A logger that keeps nothing. */
export const silentLogger: Logger = createLogger('silent');
