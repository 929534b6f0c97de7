import { lookup as resolveName } from 'node:dns';
import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** An address that a message must never be sent to, because it is inside our own network. */
export class AddressRefused extends Error {}

export interface GuardOptions {
  /** Hosts that may be inside our network: a push relay or an ntfy server of the agency. */
  readonly allowHosts: readonly string[];
  /** PEM of an own authority. */
  readonly ca?: string;
}

export interface GuardedAnswer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

const inside = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  // Unspecified, loopback, and the old forms that carry an address of version 4, mapped ones apart: those are looked into.
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(net, bits, 'ipv6');

const MOST_ANSWER_BYTES = 64 * 1024;

/**
 * Requests to addresses that people typed in. Each address that a name resolves to is judged where the connection is made,
 * so a name that changes its mind in between gains nothing. Redirects are not followed.
 */
export class GuardedRequests {
  readonly #allowed: ReadonlySet<string>;
  readonly #agent: Agent;

  constructor({ allowHosts, ca }: GuardOptions) {
    this.#allowed = new Set(allowHosts.map((host) => host.toLowerCase()));
    this.#agent = new Agent({ keepAlive: true, ...(ca !== undefined && { ca }) });
  }

  /** The agent with our authorities, for libraries that bring their own requests. */
  get agent(): Agent {
    return this.#agent;
  }

  /** @throws AddressRefused for a literal address inside our network, or plain HTTP to a host that is not allowed. */
  check(url: URL): void {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (this.#allowed.has(host.toLowerCase())) return;
    if (url.protocol !== 'https:') throw new AddressRefused('only https:// goes outside');
    if (isIP(host) !== 0 && isInside(host)) throw new AddressRefused('an address inside our own network');
  }

  post(url: URL, headers: OutgoingHttpHeaders, body: string | Buffer, signal: AbortSignal): Promise<GuardedAnswer> {
    this.check(url);
    const secure = url.protocol === 'https:';
    const send = secure ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(
        url,
        { method: 'POST', headers, signal, lookup: this.lookup, ...(secure && { agent: this.#agent }) },
        (response) => {
          const parts: Buffer[] = [];
          let bytes = 0;
          response.on('data', (part: Buffer) => {
            bytes += part.length;
            if (bytes <= MOST_ANSWER_BYTES) parts.push(part);
            else response.destroy(new Error('the answer is too long'));
          });
          response.on('error', reject);
          response.on('end', () => {
            const retry = Number(response.headers['retry-after']);
            resolve({
              status: response.statusCode ?? 0,
              retryAfterMs: Number.isFinite(retry) && retry > 0 ? Math.min(retry, 60) * 1_000 : undefined,
              body: Buffer.concat(parts).toString(),
            });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Judges every address of a name before a connection is made to it. */
  readonly lookup: LookupFunction = (host, options, done) => {
    resolveName(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const refused = !this.#allowed.has(host.toLowerCase()) && addresses.some(({ address }) => isInside(address));
      if (refused) return done(new AddressRefused('a name that leads inside our own network'), []);
      if (options.all === true) return done(null, addresses);
      const [first] = addresses;
      return first ? done(null, first.address, first.family) : done(new Error('no address'), []);
    });
  };
}

function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return inside.check(mapped, 'ipv4');
  return inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
