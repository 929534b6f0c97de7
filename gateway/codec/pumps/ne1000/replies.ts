import { asciiBytes } from '../ascii.ts';
import {
  type Ne1000Alarm,
  type Ne1000Error,
  type Ne1000Status,
  ne1000Alarms,
  ne1000Errors,
  ne1000Prompts,
} from './frame.ts';
import type { Ne1000Message } from './message.ts';
import { safePacket } from './safe.ts';

/** The pump's side, for simulated devices. */
export type Ne1000Says =
  | { readonly status: Ne1000Status; readonly says?: Ne1000Message; readonly error?: Exclude<Ne1000Error, 'other'> }
  | { readonly alarm: Ne1000Alarm };

export function ne1000ReplyText(address: number, reply: Ne1000Says): string {
  const head = String(address).padStart(2, '0');
  if ('alarm' in reply) return `${head}A?${letterOf(ne1000Alarms, reply.alarm)}`;
  const { status, says, error } = reply;
  const data = error !== undefined ? `?${letterOf(ne1000Errors, error)}` : says ? dataOf(says) : '';
  return `${head}${letterOf(ne1000Prompts, status)}${data}`;
}

export function ne1000Reply(address: number, reply: Ne1000Says, mode: 'basic' | 'safe'): Uint8Array {
  const text = asciiBytes(ne1000ReplyText(address, reply));
  return mode === 'safe' ? safePacket(text) : Uint8Array.of(0x02, ...text, 0x03);
}

function dataOf(message: Ne1000Message): string {
  switch (message.says) {
    case 'rate':
      return `${digits(message.rateMlH)}MH`;
    case 'volume':
      return `${digits(message.volumeMl)}ML`;
    case 'dispensed':
      return `I${digits(message.infusedMl)}W${digits(message.withdrawnMl)}ML`;
    case 'version':
      return `${message.model}V${message.firmware}`;
    case 'direction':
      return { infuse: 'INF', withdraw: 'WDR', reverse: 'REV' }[message.direction];
    case 'number':
      return digits(message.value);
  }
}

/** Four digits and a point, three of them behind it at most (manual §10.2.1). */
function digits(value: number): string {
  const whole = Math.trunc(value).toString().length;
  return value.toFixed(Math.max(0, Math.min(3, 4 - whole)));
}

const letterOf = <T extends string>(table: Readonly<Record<string, T>>, word: T): string =>
  Object.entries(table).find(([, each]) => each === word)?.[0] ?? '';
