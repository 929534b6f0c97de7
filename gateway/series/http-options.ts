import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type DurationMs, seconds } from '#kernel/time.ts';

/** What both InfluxDB stores take beside their own credentials. */
export interface InfluxConnection {
  /** `http://` or `https://`, with a path where InfluxDB stands behind one. */
  readonly url: string;
  /** Certificates to trust instead of the system's own, PEM. */
  readonly ca?: string;
  /** Longest wait for a write, 10 s by default. */
  readonly writeTimeout?: DurationMs;
  /** Longest wait for a query, 5 s by default: a person is waiting. */
  readonly queryTimeout?: DurationMs;
}

export const defaultWriteTimeout = seconds(10);
export const defaultQueryTimeout = seconds(5);

/** Connections that stay open between requests. One write and a few queries at a time are all the gateway needs. */
export function keepAliveAgent({ url, ca }: InfluxConnection): HttpAgent {
  const options = { keepAlive: true, maxSockets: 8 };
  return new URL(url).protocol === 'https:'
    ? new HttpsAgent({ ...options, ...(ca !== undefined && { ca }) })
    : new HttpAgent(options);
}

/** True when the server is on this machine, where compressing would only cost. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
