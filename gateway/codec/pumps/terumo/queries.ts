import { asPumpQuery, type PumpQuery } from '../query.ts';
import { terumoWire } from './frame.ts';

/** Command 01, subcommand 0000: the basic operating status. The protocol is for monitoring; nothing else is ever sent. */
const STATUS = [0x01, 0x00, 0x00] as const;
/** Sequence numbers of a network; 7F is reserved. */
export const TERUMO_SEQUENCES = 0x7f;

/** Asks whatever pump is on the line for its id. */
export const terumoIdQuery = (): PumpQuery => asPumpQuery(terumoWire('REQ', ''));

/** @throws RangeError for an id that is not hexadecimal, or a sequence number outside of 0 to 7E. */
export function terumoStatusQuery(deviceId: string, sequence: number): PumpQuery {
  if (!/^[0-9A-Fa-f]+$/.test(deviceId)) throw new RangeError('The id of a pump is hexadecimal.');
  if (!Number.isInteger(sequence) || sequence < 0 || sequence >= TERUMO_SEQUENCES) {
    throw new RangeError(`A sequence number is 0 to 126, not ${sequence}.`);
  }
  return asPumpQuery(terumoWire('REQ', deviceId, Uint8Array.of(sequence, ...STATUS)));
}
