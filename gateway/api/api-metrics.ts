import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram, type Registry } from 'prom-client';

/** Figures of the API itself. Routes by their pattern, never by the address called, which could hold an id. */
export function addApiMetrics(app: FastifyInstance, registry: Registry, openStreams: () => number): void {
  const duration = new Histogram({
    name: 'infusion_http_request_duration_seconds',
    help: 'How long HTTP requests took, live event streams left out.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5],
    registers: [registry],
  });
  new Gauge({
    name: 'infusion_event_streams',
    help: 'Live event streams open now.',
    registers: [registry],
    collect() {
      this.set(openStreams());
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    if (route.endsWith('/events') && reply.statusCode === 200) return;
    const labels = { method: request.method, route, status: reply.statusCode };
    duration.observe(labels, reply.elapsedTime / 1_000);
  });
}
