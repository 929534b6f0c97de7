import { isWireId } from '#kernel/ids.ts';

/** What the gateway may ask of a hub. There is no command that touches a therapy. Design contract §5. */
export type HubCommand =
  | {
      readonly type: 'resend';
      readonly pump: string;
      readonly boot: string;
      /** Sequence numbers, both included. */
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: 'ping'; readonly id: string }
  | { readonly type: 'bad'; readonly reason: string };

/** Reads a command. Never throws; what is not a command comes back as `bad` with the reason. */
export function parseHubCommand(text: string): HubCommand {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || !('type' in value)) return bad('not an object with a type');
  if (value.type === 'ping') {
    return 'id' in value && typeof value.id === 'string' ? { type: 'ping', id: value.id } : bad('ping without an id');
  }
  if (value.type !== 'resend') return bad(`type ${JSON.stringify(value.type)} is not known`);
  if (!('pump' in value && 'boot' in value && 'from' in value && 'to' in value)) return bad('resend misses a field');
  const { pump, boot, from, to } = value;
  if (typeof pump !== 'string' || !isWireId(pump)) return bad('pump is not an id');
  if (typeof boot !== 'string' || !isWireId(boot)) return bad('boot is not an id');
  if (!isSeq(from) || !isSeq(to) || from > to) return bad('from and to are not a range of sequence numbers');
  return { type: 'resend', pump, boot, from, to };
}

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const bad = (reason: string): HubCommand => ({ type: 'bad', reason });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
