import type { Registry } from 'prom-client';
import Type from 'typebox';
import type { ApiApp } from '../api-app.ts';
import type { SystemPort } from '../ports.ts';
import { readySchema, systemSchema } from '../schemas.ts';

const tags = ['system'];

/** For those who watch the process: outside /api/v1 and, but for the metrics, without sign-in. */
export function addProbeRoutes(
  app: ApiApp,
  system: SystemPort,
  metrics: Pick<Registry, 'metrics' | 'contentType'>,
  metricsOpen: boolean,
): void {
  app.get(
    '/healthz',
    {
      config: { needs: 'open', unlimited: true },
      schema: {
        summary: 'Whether the process is alive',
        tags,
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    () => ({ status: 'ok' }) as const,
  );

  app.get(
    '/readyz',
    {
      config: { needs: 'open', unlimited: true },
      schema: {
        summary: 'Whether the gateway does all its work; 503 with the reasons when not',
        tags,
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const { ready, problems } = await system.status();
      return reply.status(ready ? 200 : 503).send({ ready, problems: [...problems] });
    },
  );

  app.get(
    '/metrics',
    {
      config: { needs: metricsOpen ? 'open' : 'metrics:read', scope: 'nobodys' },
      schema: { summary: 'Figures for Prometheus', tags, response: { 200: Type.String() } },
    },
    async (_request, reply) =>
      reply
        .type(metrics.contentType)
        .serializer(String)
        .send(await metrics.metrics()),
  );
}

export function addSystemRoute(app: ApiApp, system: SystemPort): void {
  app.get(
    '/system',
    {
      config: { needs: 'system:read', scope: 'nobodys' },
      schema: { summary: 'State of the gateway itself', tags, response: { 200: systemSchema } },
    },
    async () => {
      const status = await system.status();
      return { ...status, problems: [...status.problems], serial: [...status.serial] };
    },
  );
}
