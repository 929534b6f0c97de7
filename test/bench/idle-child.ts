import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectFrame } from '#simulator/load/frames.ts';

/** Opens MQTT connections, says how long that took, and holds them until it is ended. */
const [port, count] = process.argv.slice(2).map(Number);
const AT_ONCE = 100;

const held: Socket[] = [];
let next = 0;

async function openOne(name: string): Promise<void> {
  const socket = connect({ port: port ?? 0, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.write(connectFrame(name));
  await once(socket, 'data');
  held.push(socket);
}

async function openInTurn(): Promise<void> {
  while (next < (count ?? 0)) {
    next += 1;
    await openOne(`idle-${next}`);
  }
}

const began = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, openInTurn));
process.send?.({ connections: held.length, tookMs: performance.now() - began });
