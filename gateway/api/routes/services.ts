import Type from 'typebox';
import type { ApiApp } from '../api-app.ts';
import type { ServicesPort } from '../ports.ts';
import { serviceSchema } from '../schemas.ts';

const config = { needs: 'services:read' } as const;
const response = { 200: Type.Object({ services: Type.Array(serviceSchema) }) };
const tags = ['services'];

export function addServiceRoutes(app: ApiApp, services: ServicesPort): void {
  app.get('/services', { config, schema: { summary: 'Service records of the benefit', tags, response } }, async () => ({
    services: [...(await services.services())],
  }));

  app.get(
    '/patients/:id/services',
    {
      config,
      schema: {
        summary: 'Service records of one patient',
        tags,
        params: Type.Object({ id: Type.String() }),
        response,
      },
    },
    async (request) => ({ services: [...(await services.services(request.params.id))] }),
  );
}
