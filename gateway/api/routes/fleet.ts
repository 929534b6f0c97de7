import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import type { ApiApp } from '../api-app.ts';
import type { AlertsPort, FleetPort } from '../ports.ts';
import { hubSchema, pumpSchema } from '../schemas.ts';
import { hubAnswer, pumpAnswer } from '../views.ts';

const tags = ['fleet'];

export function addFleetRoutes(app: ApiApp, fleet: FleetPort, alerts: Pick<AlertsPort, 'openCount'>): void {
  app.get(
    '/hubs',
    {
      config: { needs: 'fleet:read', scope: { rows: 'hubs', idIs: 'hub' } },
      schema: {
        summary: 'Every hub as last known',
        tags,
        response: { 200: Type.Object({ hubs: Type.Array(hubSchema) }) },
      },
    },
    async () => ({ hubs: (await fleet.hubs()).map(hubAnswer) }),
  );

  app.get(
    '/pumps',
    {
      config: { needs: 'fleet:read', scope: { rows: 'pumps', idIs: 'pump' } },
      schema: {
        summary: 'Every pump as last known',
        tags,
        response: { 200: Type.Object({ pumps: Type.Array(pumpSchema) }) },
      },
    },
    async () => ({ pumps: (await fleet.pumps()).map((view) => pumpAnswer(view, alerts.openCount(view.id))) }),
  );

  app.get(
    '/pumps/:id',
    {
      config: { needs: 'fleet:read', scope: { param: 'id', is: 'pump' } },
      schema: {
        summary: 'One pump as last known',
        tags,
        params: Type.Object({ id: Type.String() }),
        response: { 200: pumpSchema },
      },
    },
    async (request) => {
      const view = await fleet.pump(request.params.id);
      if (!view) throw new GatewayError('not-found', 'No pump of that id has reported.');
      return pumpAnswer(view, alerts.openCount(view.id));
    },
  );
}
