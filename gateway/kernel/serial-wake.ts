import { EventEmitter } from 'node:events';

/**
 * To be called on each port of serialport once it is open. Its native poller (bindings-cpp 13) calls back outside of a callback
 * scope, so promises that wait on it go on only when something else happens: an answer to a question then comes with the next
 * timer, up to a second late. An immediate is that something.
 */
export function wakeOnSerial(port: { readonly port?: object | undefined }): void {
  const binding = port.port;
  const poller = binding && 'poller' in binding ? binding.poller : undefined;
  if (!(poller instanceof EventEmitter)) return;
  for (const event of ['readable', 'writable', 'disconnect']) poller.on(event, () => void setImmediate(() => {}));
}
