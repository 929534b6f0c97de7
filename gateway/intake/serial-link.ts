/** A device of this machine, or a raw serial port behind a TCP address. */
export type SerialLineAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** What a byte stream tells. After `onLost` nothing more comes. */
export interface ByteLinkEvents {
  onBytes(bytes: Uint8Array): void;
  /** The line is gone: unplugged, closed by the other side, failed. Told once, and not after `close`. */
  onLost(reason: string): void;
}

/** An open byte stream. It is never opened again: what is written to one that is gone would come out at the next opening. */
export interface ByteLink {
  /** Sends, or throws away when the line is gone or its other end takes nothing. */
  write(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Opens the stream; rejects with the system's words when that fails. */
export type OpenByteLink = (events: ByteLinkEvents) => Promise<ByteLink>;

/** Unsent bytes above which more are thrown away: answers are repeated when the hub repeats its frame. */
export const MOST_UNSENT_BYTES = 64 * 1024;
