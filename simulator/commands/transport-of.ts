import { readFileSync } from 'node:fs';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { MqttTransport } from '#uplink/mqtt-transport.ts';
import { SerialTransport } from '#uplink/serial-transport.ts';
import type { HubTransport } from '#uplink/transport.ts';
import { UsageError } from './io.ts';

export interface TransportArguments {
  readonly connect: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
}

const DEFAULT_BAUD = 115_200;

export const isSerial = ({ connect }: TransportArguments): boolean => connect.startsWith('serial:');

/** The way to the gateway that the command line names. */
export function transportOf(args: TransportArguments, clock: Clock): HubTransport {
  const { connect, username, password, ca } = args;
  if (isSerial(args)) {
    const [path = '', baud] = connect.slice('serial:'.length).split('?baud=');
    return new SerialTransport({ path, clock, baud: baud === undefined ? DEFAULT_BAUD : Number(baud) });
  }
  return new MqttTransport({
    url: connect,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca: readText(ca) }),
  });
}

/** @throws UsageError when the file cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
