/** An interchange of ASC X12 as text: elements parted by `*`, components by `:`, repetitions by `^`, segments by `~`. */

export type Element = string | number | readonly string[] | null;

/** One segment; empty elements at its end are left out. */
export function segment(id: string, ...elements: readonly Element[]): string {
  const texts = elements.map(textOf);
  while (texts.at(-1) === '') texts.pop();
  return `${[id, ...texts].join('*')}~`;
}

function textOf(element: Element): string {
  if (element === null) return '';
  if (typeof element === 'number') return String(element);
  if (typeof element === 'string') return clean(element);
  const parts = element.map(clean);
  while (parts.at(-1) === '') parts.pop();
  return parts.join(':');
}

/** The extended character set without what parts an interchange; letters with accents become plain. */
function clean(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[*:^~\r\n\t]/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

/** Dollars and cents as X12 writes them: no trailing zeros after the point, no point without any. */
export function amount(cents: number): string {
  const [whole, rest] = [
    Math.trunc(cents / 100),
    String(Math.abs(cents % 100))
      .padStart(2, '0')
      .replace(/0+$/, ''),
  ];
  return rest === '' ? String(whole) : `${whole}.${rest}`;
}

export interface ReadSegment {
  readonly id: string;
  /** From 1, as the guides number them. */
  element(n: number): string;
  components(n: number): readonly string[];
}

/** The segments of an interchange, with the delimiters that its own head names. @throws RangeError when it has no head */
export function readInterchange(text: string): ReadSegment[] {
  const body = text.replace(/^[\s\uFEFF]+/, '');
  if (!body.startsWith('ISA') || body.length < 106) throw new RangeError('It does not begin with an ISA segment.');
  const [part, component, end] = [body.charAt(3), body.charAt(104), body.charAt(105)];
  return body
    .split(end)
    .map((raw) => raw.replaceAll(/[\r\n]/g, '').trim())
    .filter((raw) => raw !== '')
    .map((raw) => {
      const elements = raw.split(part);
      const element = (n: number): string => elements[n] ?? '';
      return { id: element(0), element, components: (n) => element(n).split(component) };
    });
}
