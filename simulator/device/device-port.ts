import { createServer, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { messageOf } from '#kernel/errors.ts';
import { wakeOnSerial } from '#kernel/serial-wake.ts';
import type { DeviceLine } from './pump-device.ts';

export interface DevicePort extends DeviceLine {
  close(): Promise<void>;
}

export interface PortHandlers {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onLost: (reason: string) => void;
}

/** A serial port or one end of a pseudo-terminal, 8N1. @throws when it cannot be opened */
export function openSerialPort(path: string, baud: number, { onBytes, onLost }: PortHandlers): Promise<DevicePort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
    port.on('data', onBytes);
    port.on('error', (error) => onLost(messageOf(error)));
    port.on('close', () => onLost('the port is gone'));
    port.open((error) => {
      if (error) {
        reject(error);
        return;
      }
      wakeOnSerial(port);
      resolve({
        // A write to a port that is gone would be kept and sent after another opening.
        write: (bytes) => void (port.isOpen && port.write(Buffer.from(bytes))),
        close: () => new Promise((closed) => (port.isOpen ? port.close(() => closed()) : closed())),
      });
    });
  });
}

/** A pump behind a terminal server: whoever connects is on its line. Answers the port that was taken. */
export function serveTcpPort(port: number, { onBytes }: PortHandlers): Promise<DevicePort & { readonly port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('data', onBytes);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    const sockets = new Set<Socket>();
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        write: (bytes) => {
          for (const socket of sockets) socket.write(bytes);
        },
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => closed());
          }),
      });
    });
  });
}
