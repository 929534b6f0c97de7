import { asciiBytes } from '../ascii.ts';
import { asPumpQuery, type PumpQuery } from '../query.ts';
import { safePacket } from './safe.ts';

/**
 * All that is ever asked: "a command without any parameters is a query" (manual §10.4), and these change nothing. RUN, STP and
 * PUR act without a parameter, SAF with one begins a watchdog that stops the pump: there is no question for them.
 */
export const ne1000Questions = {
  status: '',
  version: 'VER',
  diameter: 'DIA',
  direction: 'DIR',
  rate: 'RAT',
  volume: 'VOL',
  dispensed: 'DIS',
} as const;

export type Ne1000Question = keyof typeof ne1000Questions;

/** @throws RangeError for an address outside of 0 to 99 or a question that is none. */
export function ne1000Query(question: Ne1000Question, address: number, mode: 'basic' | 'safe'): PumpQuery {
  if (!Object.hasOwn(ne1000Questions, question)) throw new RangeError('This is no question to a pump.');
  if (!Number.isInteger(address) || address < 0 || address > 99) {
    throw new RangeError(`An address is 0 to 99, not ${address}.`);
  }
  const text = asciiBytes(`${String(address).padStart(2, '0')}${ne1000Questions[question]}`);
  return asPumpQuery(mode === 'safe' ? safePacket(text) : Uint8Array.of(...text, 0x0d));
}
