declare const query: unique symbol;

/**
 * Bytes that ask a pump something and change nothing. Only the query encoders of the protocols make them, each from a closed
 * table of questions, and only these may be written to a pump's line.
 */
export type PumpQuery = Uint8Array & { readonly [query]: true };

/** For the query encoders of codec/pumps. A test keeps everybody else from calling it. */
export const asPumpQuery = (bytes: Uint8Array): PumpQuery => bytes as PumpQuery;
