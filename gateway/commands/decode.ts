import { type Command, Option } from 'commander';
import { type DecodedEvent, type LineProtocolId, lineProtocolIds, lineReader } from '#codec/decoded-line.ts';
import { GatewayError } from '#kernel/errors.ts';
import { print } from './common.ts';
import { linesOf } from './lines-of.ts';

export function addDecodeCommand(program: Command): void {
  program
    .command('decode')
    .description('read bytes of a serial line and print the frames in them, and what is no frame')
    .addOption(
      new Option('--protocol <name>', 'what speaks on the line').choices(lineProtocolIds).makeOptionMandatory(),
    )
    .requiredOption('--hex <file>', 'bytes in hexadecimal, one line per chunk; - for standard input')
    .addHelpText(
      'after',
      `
Prints a JSON line for each frame: {"ok":true,"frame":…} or {"ok":false,"code":…,"discarded":"hex"}.
Digits may be upper or lower case, with spaces, commas, colons or 0x between bytes; # begins a comment.
docs/protocols.md describes the frames and the codes.`,
    )
    .action(async (options: { protocol: LineProtocolId; hex: string }) => {
      const reader = lineReader(options.protocol);
      let number = 0;
      for await (const line of linesOf('--hex', options.hex)) {
        number += 1;
        await show(reader.push(bytesOf(line, number)));
      }
      await show(reader.end());
    });
}

async function show(events: readonly DecodedEvent[]): Promise<void> {
  if (events.length > 0) await print(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

/** @throws GatewayError `bad-request` naming the line */
function bytesOf(line: string, number: number): Uint8Array {
  const digits = line
    .replace(/#.*$/, '')
    .replace(/\b0x(?=[0-9a-f])|\\x/gi, '')
    .replace(/[\s,;:_-]/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) {
    throw new GatewayError('bad-request', `Line ${number}: write whole bytes in hexadecimal.`);
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
