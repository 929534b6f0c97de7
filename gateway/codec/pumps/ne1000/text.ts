import { asciiBytes } from '../ascii.ts';
import {
  type Ne1000Command,
  type Ne1000Frame,
  type Ne1000Reply,
  ne1000Alarms,
  ne1000Errors,
  ne1000Prompts,
} from './frame.ts';

const reply = /^(\d\d)(?:A\?([RSTEO])|([IWSPTUX])(.*))$/;
/** All commands of the manual, setting ones too: a line that others master is read, never written. */
const command =
  /^(\d{0,2}|\*)(VER|DIA|PHN|FUN|RAT|INC|DEC|VOL|DIR|RUN|STP|PUR|DIS|CLD|CLT|SAF|ADR|BUZ|TRG|DIN|ROM|LOC|LIN|RES|OUT|KEY|AL|PF|BP|IN|LN|)(.*)$/;
/** Commands whose first letter is also a status: `00STP` is a command and no pump that says TP when stopped. */
const likeReplies = /^\d\d(?:SAF|STP|PUR|PHN|TRG|PF|IN\d)/;

/** The text of a reply, or undefined. */
export function replyOf(text: string): (Ne1000Reply & { readonly text: string }) | undefined {
  const [, address, alarm, status, data = ''] = reply.exec(text) ?? [];
  if (address === undefined) return undefined;
  const head = { kind: 'reply', address: Number(address) } as const;
  if (alarm !== undefined) {
    return isKey(ne1000Alarms, alarm) ? { ...head, status: 'alarm', alarm: ne1000Alarms[alarm], text } : undefined;
  }
  if (status === undefined || !isKey(ne1000Prompts, status)) return undefined;
  const says = { ...head, status: ne1000Prompts[status] };
  if (data === '') return { ...says, text };
  if (!data.startsWith('?')) return { ...says, data, text };
  const error = data.slice(1);
  return { ...says, error: isKey(ne1000Errors, error) ? ne1000Errors[error] : 'other', data, text };
}

/** The text of a command, as a pump reads it: without spaces and control characters, in capitals. */
export function commandOf(bytes: Uint8Array): Ne1000Frame | undefined {
  if (bytes.some((byte) => byte > 0x7e)) return undefined;
  const text = String.fromCharCode(...bytes.filter((byte) => byte > 0x20)).toUpperCase();
  if (text.endsWith('*') && text.length > 1) {
    const commands = text.slice(0, -1).split('*').map(oneCommand);
    const known = commands.filter((each) => each !== undefined);
    return known.length === commands.length ? { kind: 'burst', commands: known, text } : undefined;
  }
  const one = oneCommand(text);
  return one && { ...one, text };
}

/** In Safe mode both directions look alike on the line. */
export function eitherOf(text: string): Ne1000Frame | undefined {
  return likeReplies.test(text) ? commandOf(asciiBytes(text)) : (replyOf(text) ?? commandOf(asciiBytes(text)));
}

function oneCommand(text: string): Ne1000Command | undefined {
  const [, address, name, argument] = command.exec(text) ?? [];
  if (address === undefined || name === undefined || argument === undefined) return undefined;
  if (name === '' && argument !== '') return undefined;
  return {
    kind: 'command',
    ...(address !== '' && address !== '*' && { address: Number(address) }),
    name,
    ...(argument !== '' && { argument }),
  };
}

const isKey = <T extends object>(table: T, key: PropertyKey): key is keyof T => Object.hasOwn(table, key);
