import Type from 'typebox';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { hours } from '#kernel/time.ts';
import type { ApiApp } from '../api-app.ts';
import type { FleetPort, TrendPort } from '../ports.ts';
import { trendSchema } from '../schemas.ts';

const instant = { minimum: 0, maximum: 8_640_000_000_000_000 };
const DEFAULT_SPAN = hours(24);
const DEFAULT_POINTS = 500;

export interface TrendRouteParts {
  readonly trends: TrendPort;
  readonly fleet: Pick<FleetPort, 'pump'>;
  readonly clock: Pick<Clock, 'wall'>;
}

export function addTrendRoute(app: ApiApp, { trends, fleet, clock }: TrendRouteParts): void {
  app.get(
    '/pumps/:id/trend',
    {
      config: { needs: 'readings:read', scope: { param: 'id', is: 'pump' } },
      schema: {
        summary: 'Rate and pressure over time, down-sampled keeping extremes; gaps are nulls',
        tags: ['fleet'],
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object(
          {
            from: Type.Optional(
              Type.Integer({ ...instant, description: 'Unix ms, included; 24 h before `to` if absent' }),
            ),
            to: Type.Optional(Type.Integer({ ...instant, description: 'Unix ms, excluded; now if absent' })),
            points: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000, default: DEFAULT_POINTS })),
          },
          { additionalProperties: false },
        ),
        response: { 200: trendSchema },
      },
    },
    async (request) => {
      const { query } = request;
      const to = query.to ?? clock.wall();
      const from = query.from ?? to - DEFAULT_SPAN;
      if (from >= to) throw new GatewayError('bad-request', 'query.from must be before query.to.');
      if (!(await fleet.pump(request.params.id))) {
        throw new GatewayError('not-found', 'No pump of that id has reported.');
      }
      const points = query.points ?? DEFAULT_POINTS;
      const trend = await trends.trend({ pump: request.params.id, from, to, points });
      return { ...trend, points: [...trend.points] };
    },
  );
}
