import fastifySwagger from '@fastify/swagger';
import type { ApiApp } from './api-app.ts';
import { SESSION_COOKIE } from './guard.ts';
import { problemSchema } from './schemas.ts';

/** Describes the routes that are added after it, from their schemas. */
export async function addOpenApi(app: ApiApp, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Infusion gateway',
        description:
          'Reports of home infusion pumps, the alerts they raise and the services recorded. Supplementary to the ' +
          'pump’s own alarm. Instants are Unix ms. Errors are problem details (RFC 9457) with a stable `code`.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'this gateway' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
        },
      },
    },
  });
  app.addHook('onRoute', (route) => {
    const { schema, config } = route;
    if (!schema || schema.hide) return;
    schema.response = { '4xx': problemSchema, '5xx': problemSchema, ...responses(schema.response) };
    schema.operationId ??= operationIdOf(route.method, route.url);
    schema.security = config?.needs === 'open' ? [] : [{ token: [] }, { session: [] }];
  });
}

export function addOpenApiRoute(app: ApiApp): void {
  app.get('/api/openapi.json', { config: { needs: 'open' }, schema: { hide: true } }, () => app.swagger());
}

/** `POST /api/v1/alerts/:id/ack` is `postAlertsIdAck`: a name for generated clients. */
function operationIdOf(method: string | readonly string[], url: string): string {
  const words = url.replace(/^\/api\/v1/, '').match(/[A-Za-z0-9]+/g) ?? [];
  const capital = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [[method].flat().join('').toLowerCase(), ...capital].join('');
}

const responses = (declared: unknown): object => (typeof declared === 'object' && declared !== null ? declared : {});
