import { connect } from 'node:net';
import { messageOf } from '#kernel/errors.ts';
import { seconds } from '#kernel/time.ts';
import { type ByteLink, MOST_UNSENT_BYTES, type OpenByteLink } from './serial-link.ts';

const KEEP_ALIVE = seconds(30);

/** A serial port of another program, raw over TCP, as ser2net and terminal servers give. Not RFC 2217. */
export function serialOverTcp(host: string, port: number): OpenByteLink {
  return ({ onBytes, onLost }) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
      let up = true;
      const close = async (): Promise<void> => {
        up = false;
        socket.destroy();
      };
      const lose = (reason: string): void => {
        // Before the connection stands this settles the opening, afterwards it does nothing.
        reject(new Error(reason));
        if (!up) return;
        void close();
        onLost(reason);
      };
      const link: ByteLink = {
        write: (bytes) => {
          if (up && socket.writableLength < MOST_UNSENT_BYTES) socket.write(bytes);
        },
        pause: () => void socket.pause(),
        resume: () => void socket.resume(),
        close,
      };
      socket.on('connect', () => resolve(link));
      socket.on('data', (bytes: Buffer) => up && onBytes(bytes));
      socket.on('error', (error) => lose(messageOf(error)));
      socket.on('end', () => lose('the other side closed the connection'));
      socket.on('close', () => lose('the connection was closed'));
    });
}
