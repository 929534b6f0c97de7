/** Why bytes of a pump's line are no frame. Stable: docs/protocols.md lists the same. */
export const discardCodes = {
  noise: 'Bytes between frames that begin none.',
  torn: 'A frame that another cut short by its beginning.',
  unfinished: 'A frame that had begun when the line ended or fell silent.',
  aborted: 'A frame that the sender took back (ESC).',
  'too-long': 'A beginning without an end within the longest frame there is.',
  'bad-length': 'A length byte that no frame has.',
  'bad-end': 'No end byte where the length says that the frame ends.',
  'bad-crc': 'The check sum is missing or does not fit the bytes.',
  'bad-syntax': 'Framed and checked as it should be, but nothing that the protocol says.',
} as const;

export type DiscardCode = keyof typeof discardCodes;

/** What comes out of a line, in order. Frames and discarded bytes together are every byte that went in. */
export type FrameEvent<F> =
  | { readonly ok: true; readonly frame: F }
  | { readonly ok: false; readonly code: DiscardCode; readonly discarded: Uint8Array };

/** First stage: bytes to frames, however they are cut into chunks. Never throws. */
export interface FrameDecoder<F> {
  push(chunk: Uint8Array): FrameEvent<F>[];
  /** The line has ended, or was silent for longer than a frame may pause: tells what is left and begins afresh. */
  end(): FrameEvent<F>[];
}

/** What the text of a frame means, or why it means nothing. */
export type Parsed<F> = { readonly frame: F } | { readonly code: DiscardCode };
