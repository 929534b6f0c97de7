/**
 * Two questions about JSON text that JSON.parse cannot answer: does an object name a key twice, and where does each
 * element of the top-level `readings` array begin and end. One pass over the characters; never throws.
 */
export interface JsonOutline {
  /** Key-value pairs written in the text. Equal to the keys of the parsed value exactly when no key stands twice. */
  readonly members: number;
  /** Start and end of each element of the top-level array `readings`. */
  readonly elements: readonly (readonly [number, number])[];
  /** Position of the brackets of that array, [-1, -1] without one. */
  readonly array: readonly [number, number];
  /** Every bracket and string that was opened is closed. */
  readonly balanced: boolean;
  /** How deep brackets stand in one another. */
  readonly maxDepth: number;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

export function outlineJson(text: string): JsonOutline {
  const elements: [number, number][] = [];
  let members = 0;
  let depth = 0;
  let maxDepth = 0;
  let keyStart = 0;
  let keyEnd = 0;
  let key = '';
  let arrayStart = -1;
  let arrayEnd = -1;
  let elementStart = -1;
  for (let i = 0; i < text.length; i += 1) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = closingQuote(text, i);
        if (end < 0) return { members, elements, array: [arrayStart, arrayEnd], balanced: false, maxDepth };
        if (depth === 1) {
          keyStart = i + 1;
          keyEnd = end;
        }
        i = end;
        break;
      }
      case COLON:
        members += 1;
        if (depth === 1) key = text.slice(keyStart, keyEnd);
        break;
      case COMMA:
        if (depth === 2 && elementStart >= 0) {
          elements.push([elementStart, i]);
          elementStart = i + 1;
        }
        break;
      case OPEN_ARRAY:
        if (depth === 1 && key === 'readings' && arrayStart < 0) {
          arrayStart = i;
          elementStart = i + 1;
        }
        depth += 1;
        maxDepth = Math.max(maxDepth, depth);
        break;
      case OPEN_OBJECT:
        depth += 1;
        maxDepth = Math.max(maxDepth, depth);
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth -= 1;
        if (depth === 1 && elementStart >= 0) {
          if (text.slice(elementStart, i).trim() !== '' || elements.length > 0) elements.push([elementStart, i]);
          elementStart = -1;
          arrayEnd = i;
        }
        break;
    }
  }
  return { members, elements, array: [arrayStart, arrayEnd], balanced: depth === 0, maxDepth };
}

/** Position of the quote that ends the string begun at `open`, -1 when there is none. */
function closingQuote(text: string, open: number): number {
  for (let end = text.indexOf('"', open + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

/** What `countKeys` answers instead of a count for values that no message may hold. */
export const HOLDS_NULL = -1;
export const HOLDS_INFINITY = -2;

/** Keys in a parsed value, all levels together, or one of the marks above (JSON.parse makes Infinity of 1e999). */
export function countKeys(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : HOLDS_INFINITY;
  if (typeof value !== 'object') return 0;
  if (value === null) return HOLDS_NULL;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const element of value) {
      const inner = countKeys(element);
      if (inner < 0) return inner;
      keys += inner;
    }
    return keys;
  }
  for (const member of Object.values(value)) {
    const inner = countKeys(member);
    if (inner < 0) return inner;
    keys += inner + 1;
  }
  return keys;
}
