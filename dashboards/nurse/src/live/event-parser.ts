/** One message of a server-sent event stream. `id` is the last one seen, as the standard asks. */
export interface StreamMessage {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/**
 * Cuts a server-sent event stream (WHATWG HTML, section 9.2) into messages. Own code because the browser's EventSource
 * hides comments, and the gateway's keep-alive is a comment: without it a quiet ward looks like a dead line.
 */
export class EventParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id = '';

  /** Takes the next piece, cut anywhere; returns the messages it completes. */
  push(piece: string): StreamMessage[] {
    const text = this.#rest + piece;
    // A carriage return at the very end may be half of a line end: it waits for the next piece.
    const usable = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, usable).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + text.slice(usable);
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): StreamMessage[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    return [];
  }

  #dispatch(): StreamMessage[] {
    const data = this.#data;
    const event = this.#event || 'message';
    this.#data = [];
    this.#event = '';
    return data.length === 0 ? [] : [{ event, data: data.join('\n'), id: this.#id }];
  }
}
