import Type from 'typebox';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { days, hours } from '#kernel/time.ts';
import { gapCauses } from '#model/gaps.ts';
import type { ApiApp } from '../api-app.ts';
import type { GapsPort } from '../ports.ts';

const instant = { minimum: 0, maximum: 8_640_000_000_000_000 };
const DEFAULT_SPAN = hours(24);
const LONGEST_SPAN = days(31);

const gapSchema = Type.Object(
  {
    pump: Type.String(),
    hub: Type.String(),
    infusion: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    from: Type.Integer({ description: 'Unix ms; whole minutes' }),
    to: Type.Integer({ description: 'Unix ms, excluded' }),
    minutes: Type.Integer(),
    cause: Type.Enum([...gapCauses]),
    missingReadings: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
  },
  { additionalProperties: false },
);

export function addGapsRoute(app: ApiApp, gaps: GapsPort, clock: Pick<Clock, 'wall'>): void {
  app.get(
    '/gaps',
    {
      config: { needs: 'readings:read', scope: { rows: 'gaps' } },
      schema: {
        summary: 'Minutes in which pumps were not seen, and why',
        tags: ['readings'],
        querystring: Type.Object(
          {
            pump: Type.Optional(Type.String()),
            from: Type.Optional(Type.Integer({ ...instant, description: 'Unix ms; 24 h before `to` if absent' })),
            to: Type.Optional(Type.Integer({ ...instant, description: 'Unix ms, excluded; now if absent' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ gaps: Type.Array(gapSchema) }) },
      },
    },
    async (request) => {
      const { pump, to = clock.wall(), from = to - DEFAULT_SPAN } = request.query;
      if (from >= to) throw new GatewayError('bad-request', 'query.from must be before query.to.');
      if (to - from > LONGEST_SPAN) throw new GatewayError('bad-request', 'from and to are more than 31 days apart.');
      return { gaps: [...(await gaps.gaps({ from, to, ...(pump !== undefined && { pump }) }))] };
    },
  );
}
