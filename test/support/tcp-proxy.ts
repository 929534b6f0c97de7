import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';

const clock = new SystemClock();

/**
 * A loopback relay in front of a server, to break the link in the ways links break. What it does to the traffic holds for
 * connections that are open and for new ones, until told otherwise.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #targetPort: number;
  #refusing = false;
  #frozen = false;
  #mute = false;
  #delayMs = 0;
  #bytesPerSecond = 0;
  #port = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((near) => this.#relay(near));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    proxy.#port = isTcp(address) ? address.port : 0;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resets every open connection now. New ones still go through. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Resets every connection, new ones too, until `mend`. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  /** Passes nothing on in either direction, and keeps connections open, until `mend`. */
  freeze(): void {
    this.#frozen = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Half-open: what is sent arrives, answers are swallowed, and connections stay open, until `mend`. */
  mute(): void {
    this.#mute = true;
  }

  /** A thin line: each connection passes this much on, in each direction. */
  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Holds every piece of traffic back by `ms`. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** All as it should be: what was frozen flows again. */
  mend(): void {
    this.#refusing = false;
    this.#frozen = false;
    this.#mute = false;
    this.#delayMs = 0;
    this.#bytesPerSecond = 0;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Sends new connections to another port. */
  retarget(port: number): void {
    this.#targetPort = port;
  }

  async close(): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #relay(near: Socket): void {
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#targetPort, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (from === near || !this.#mute) this.#pass(from, to, bytes);
      });
      from.on('error', () => to.destroy());
      from.on('end', () => to.end());
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      if (this.#frozen) from.pause();
    }
  }

  #pass(from: Socket, to: Socket, bytes: string | Uint8Array): void {
    if (this.#bytesPerSecond > 0) {
      from.pause();
      const lasts = millis((1_000 * bytes.length) / this.#bytesPerSecond);
      clock.after(lasts, 'proxy throttle', () => {
        to.write(bytes);
        if (!this.#frozen) from.resume();
      });
    } else if (this.#delayMs === 0) to.write(bytes);
    else clock.after(millis(this.#delayMs), 'proxy delay', () => to.write(bytes));
  }
}

const isTcp = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;
