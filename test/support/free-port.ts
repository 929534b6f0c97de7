import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemCodeOf } from '#kernel/errors.ts';
import { systemRandom } from '#kernel/random.ts';

/**
 * Linux gives outgoing connections ports from 32768 up, Windows and macOS from 49152. A server that is down for a moment
 * would lose a port up there to a client, even to one that was trying to reach it.
 */
const LOWEST = 12_000;
const HIGHEST = 32_700;

/** A loopback port that was free a moment ago, for servers that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = LOWEST + Math.floor(systemRandom() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST}.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (systemCodeOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
  const closed = once(server, 'close');
  server.close();
  await closed;
  return true;
}
