import Type from 'typebox';
import { type ChannelKind, channelKinds, type PageTarget } from '#model/paging.ts';

/** What `GET /alerts/{id}` tells of how an alert came about. Instants are Unix ms. */

const closed = { additionalProperties: false } as const;
const text = Type.String();
const integer = Type.Integer();
const maybeText = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const maybeInteger = Type.Unsafe<number | null>({ type: ['integer', 'null'] });

export const appliedRuleSchema = Type.Object(
  { source: Type.Enum(['pump', 'readings', 'silence', 'gateway']), mdcCode: maybeInteger, policy: text },
  closed,
);

export const evidenceSchema = Type.Object(
  {
    offset: integer,
    kind: Type.Enum(['reading', 'status']),
    hub: text,
    pump: maybeText,
    boot: text,
    at: Type.Number(),
    receivedAt: integer,
    told: Type.String({ description: 'the JSON that the hub sent' }),
  },
  closed,
);

export const pageSchema = Type.Object(
  {
    id: text,
    kind: Type.Enum(['page', 'taken', 'resolved', 'digest']),
    alert: text,
    version: integer,
    step: integer,
    round: integer,
    priority: Type.Enum(['high', 'medium', 'low', 'technical']),
    hub: maybeText,
    pump: maybeText,
    patient: maybeText,
    targets: Type.Unsafe<readonly PageTarget[]>({
      type: 'array',
      items: { anyOf: [{ type: 'string' }, { type: 'object', properties: { person: { type: 'string' } } }] },
    }),
    channels: Type.Unsafe<readonly (readonly ChannelKind[])[]>({
      type: 'array',
      items: { type: 'array', items: { type: 'string', enum: [...channelKinds] } },
    }),
    receiptMs: maybeInteger,
    at: integer,
    nextAt: maybeInteger,
    by: maybeText,
    gathers: Type.Unsafe<readonly string[]>({ type: 'array', items: { type: 'string' } }),
  },
  closed,
);
