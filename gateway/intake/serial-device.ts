import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { wakeOnSerial } from '#kernel/serial-wake.ts';
import { seconds } from '#kernel/time.ts';
import { type ByteLink, MOST_UNSENT_BYTES, type OpenByteLink } from './serial-link.ts';

/** The bindings put `Error: ` in front of the system's words. */
const wordsOf = (error: unknown): string => messageOf(error).replace(/^Error:? /, '');

/** How often a port is asked whether it is still there. */
const PROBE = seconds(2);

/**
 * A serial port or pseudo-terminal of this machine, 8N1, without flow control, for us alone. The native code is loaded by
 * the first opening: who has no serial line does without it.
 */
export function serialDevice(path: string, baudRate: number, clock: Pick<Clock, 'every'>): OpenByteLink {
  return async ({ onBytes, onLost }) => {
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({ path, baudRate, lock: true, autoOpen: false });
    let up = true;
    let probing: Timer | undefined;
    const close = async (): Promise<void> => {
      up = false;
      probing?.cancel();
      if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    };
    const lose = (reason: string): void => {
      if (!up) return;
      void close();
      onLost(reason);
    };
    // For as long as the object lives: an error nobody hears would end the process.
    port.on('error', (error) => lose(wordsOf(error)));
    await new Promise<void>((resolve, reject) =>
      port.open((error) => (error ? reject(new Error(wordsOf(error))) : resolve())),
    );
    wakeOnSerial(port);
    port.on('data', (bytes: Buffer) => up && onBytes(bytes));
    port.on('close', (error: Error | null) => lose(error ? wordsOf(error) : 'the port was closed'));
    // A read of no bytes ends the stream and leaves the port open and deaf.
    port.on('end', () => lose('the port has ended'));
    // Hung up in the middle of a read, it gives no bytes and no error, and serialport reads on for ever: only asking shows it.
    probing = clock.every(PROBE, 'serial-probe', () => {
      port.port?.getBaudRate().catch((error: unknown) => lose(wordsOf(error)));
    });
    const link: ByteLink = {
      write: (bytes) => {
        if (up && port.isOpen && port.writableLength < MOST_UNSENT_BYTES) port.write(Buffer.from(bytes));
      },
      pause: () => void port.pause(),
      resume: () => void port.resume(),
      close,
    };
    return link;
  };
}
