import { GatewayError, messageOf } from '#kernel/errors.ts';
import { type ReadSegment, readInterchange } from './x12.ts';

/** What a payer answered to one claim. */
export interface Answer {
  readonly claim: string;
  readonly status: 'paid' | 'denied';
  readonly paidCents: number;
  readonly payerControl: string | null;
  /** Group and reason of each adjustment, such as CO-45. */
  readonly adjustments: readonly string[];
}

/** Claim status 4 is denied. */
const DENIED = '4';
/** What was taken back: the claim is open again. */
const REVERSED = '22';

/** The claims of a remittance, ASC X12 835 (005010X221A1). @throws GatewayError `bad-request` */
export function readRemittance(text: string): Answer[] {
  const segments = segmentsOf(text);
  if (!segments.some(({ id, element }) => id === 'ST' && element(1) === '835')) {
    throw new GatewayError('bad-request', 'The file holds no 835 transaction.');
  }
  const answers: { -readonly [K in keyof Answer]: K extends 'adjustments' ? string[] : Answer[K] }[] = [];
  for (const { id, element } of segments) {
    if (id === 'CLP') {
      const paidCents = centsOf(element(4));
      const isDenied = element(2) === DENIED || element(2) === REVERSED;
      answers.push({
        claim: element(1),
        status: isDenied ? 'denied' : 'paid',
        paidCents,
        payerControl: element(7) || null,
        adjustments: element(2) === REVERSED ? ['reversed'] : [],
      });
    } else if (id === 'CAS') {
      // Group, then triples of reason, amount and quantity.
      for (let n = 2; element(n) !== ''; n += 3) answers.at(-1)?.adjustments.push(`${element(1)}-${element(n)}`);
    }
  }
  return answers;
}

function segmentsOf(text: string): ReadSegment[] {
  try {
    return readInterchange(text);
  } catch (error) {
    throw new GatewayError('bad-request', messageOf(error), { cause: error });
  }
}

/** Decimal dollars as whole cents, without a detour through fractions. */
function centsOf(text: string): number {
  const found = /^(-?)(\d*)(?:\.(\d{0,2})\d*)?$/.exec(text);
  if (!found) throw new GatewayError('bad-request', `${text} is no amount.`);
  const [, sign, whole = '', rest = ''] = found;
  const cents = Number(whole || '0') * 100 + Number(rest.padEnd(2, '0'));
  return sign === '-' ? -cents : cents;
}
