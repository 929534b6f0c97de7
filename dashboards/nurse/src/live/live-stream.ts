import { EventParser, type StreamMessage } from './event-parser.ts';

export interface StreamHandlers {
  /** The stream is open: what may have been missed must be fetched now. */
  opened(): void;
  /** Bytes came, a keep-alive among them. */
  heard(): void;
  message(message: StreamMessage): void;
  /** The stream broke or cannot be opened; it is tried again. */
  broken(): void;
  /** The session is over; the stream stays closed. */
  signedOut(): void;
}

/** A line on which nothing comes for this long is dead, whatever TCP believes. */
const deadAfterMs = 25_000;
const waitsMs = [500, 1_000, 2_000, 4_000, 8_000] as const;

/** Follows the gateway's event stream and comes back by itself, naming the last event it saw. Returns its off switch. */
export function followStream(url: string, handlers: StreamHandlers): () => void {
  const off = new AbortController();
  let lastId = '';
  let tries = 0;

  const read = async (): Promise<'again' | 'signed-out'> => {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    let watchdog = window.setTimeout(end, deadAfterMs);
    off.signal.addEventListener('abort', end);
    try {
      const headers = { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) };
      const response = await fetch(url, { headers, cache: 'no-store', signal: attempt.signal });
      if (response.status === 401) return 'signed-out';
      if (!response.ok || response.body === null) return 'again';
      tries = 0;
      handlers.heard();
      handlers.opened();
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        window.clearTimeout(watchdog);
        watchdog = window.setTimeout(end, deadAfterMs);
        handlers.heard();
        for (const message of parser.push(piece.value)) {
          if (message.id !== '') lastId = message.id;
          handlers.message(message);
        }
      }
      return 'again';
    } catch {
      return 'again';
    } finally {
      window.clearTimeout(watchdog);
      off.signal.removeEventListener('abort', end);
    }
  };

  const run = async (): Promise<void> => {
    const result = await read();
    if (off.signal.aborted) return;
    if (result === 'signed-out') {
      handlers.signedOut();
      return;
    }
    handlers.broken();
    const wait = waitsMs[Math.min(tries, waitsMs.length - 1)] ?? 8_000;
    tries += 1;
    // Chance takes up to a fifth away, so that a ward of consoles does not call at once.
    window.setTimeout(() => void run(), wait * (1 - 0.2 * Math.random()));
  };

  void run();
  return () => off.abort();
}
