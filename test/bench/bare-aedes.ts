import { createServer } from 'node:net';
import { Aedes } from 'aedes';

/**
 * The reference: the broker of the gateway with nothing behind it. It acknowledges and forgets. Says its address, and its
 * processor time whenever it is asked for it.
 */
const broker = new Aedes();
await broker.listen();
const server = createServer({ noDelay: true }, (socket) => void broker.handle(socket));
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('message', () => process.send?.(process.cpuUsage()));
