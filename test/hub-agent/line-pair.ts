import { lineReader } from '#codec/decoded-line.ts';
import type { PumpProtocolId } from '#codec/pumps/protocols.ts';
import type { ByteLinkEvents, OpenByteLink } from '#intake/serial-link.ts';

/** A line in memory, that can be unplugged and be missing. */
export class LinePair {
  /** All that the hub wrote. */
  readonly written: Uint8Array[] = [];
  openings = 0;
  missing = false;
  onHostBytes: (bytes: Uint8Array) => void = () => {};
  #events: ByteLinkEvents | undefined;

  readonly open: OpenByteLink = async (events) => {
    if (this.missing) throw new Error('no such device');
    this.openings += 1;
    this.#events = events;
    return {
      write: (bytes) => {
        this.written.push(bytes);
        this.onHostBytes(bytes);
      },
      pause() {},
      resume() {},
      close: async () => {
        if (this.#events === events) this.#events = undefined;
      },
    };
  };

  fromDevice(bytes: Uint8Array): void {
    this.#events?.onBytes(bytes);
  }

  lose(reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.onLost(reason);
  }
}

/** What was written, each kind once, read by the protocol's own decoder. Rubbish would stand among it. */
export function decodedTexts(protocol: PumpProtocolId, written: readonly Uint8Array[]): Set<string> {
  return new Set(
    written.flatMap((bytes) => {
      const reader = lineReader(protocol);
      return [...reader.push(bytes), ...reader.end()].map((event) => {
        if (!event.ok) return `rubbish ${event.discarded}`;
        const { text, command, kind, fields } = event.frame;
        if (typeof text === 'string') return text;
        if (typeof command === 'string') return [command, ...(Array.isArray(fields) ? fields : [])].join('^');
        if (typeof command !== 'object' || command === null) return String(kind);
        return `${kind} ${'command' in command ? command.command : ''} ${'subcommand' in command ? command.subcommand : ''}`;
      });
    }),
  );
}
