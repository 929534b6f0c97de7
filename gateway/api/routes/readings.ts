import Type from 'typebox';
import type { ApiApp } from '../api-app.ts';
import type { ReadingsPort } from '../ports.ts';
import { readingJson } from '../reading-json.ts';
import { quarantineSchema } from '../schemas.ts';
import { sightIn } from '../scope.ts';

const MAX_PAGE = 1_000;
const page = {
  after: Type.Optional(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0, description: 'offset, excluded' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: MAX_PAGE })),
};
const next = Type.Unsafe<number | null>({ type: ['integer', 'null'], description: '`after` of the next page' });

export function addReadingRoutes(app: ApiApp, journal: ReadingsPort): void {
  app.get(
    '/readings',
    {
      config: { needs: 'readings:read', scope: 'own' },
      schema: {
        summary: 'Readings as they were sent, in journal order',
        tags: ['readings'],
        querystring: Type.Object({ pump: Type.Optional(Type.String()), ...page }, { additionalProperties: false }),
        response: {
          // The answer is made as text, see below; the schema is its description.
          200: Type.Unsafe<string>(
            Type.Object({
              readings: Type.Array(
                Type.Object(
                  {
                    offset: Type.Integer(),
                    hub: Type.String(),
                    pump: Type.String(),
                    boot: Type.String(),
                    received_at: Type.Integer({ description: 'Unix ms, the gateway’s clock' }),
                  },
                  { additionalProperties: true, description: 'and every field of the reading as sent' },
                ),
              ),
              next,
            }),
          ),
        },
      },
    },
    async (request, reply) => {
      const { pump, after = 0, limit = MAX_PAGE } = request.query;
      const sight = sightIn(request);
      const found = await journal.readings({ after, limit: limit + 1, ...(pump !== undefined && { pump }) });
      const { rows, next } = pageOf(found, limit);
      // Text, so that readings leave as they came: unknown fields, number formats and all.
      const text = `{"readings":[${rows
        .filter((row) => sight.sees(row))
        .map(readingJson)
        .join(',')}],"next":${JSON.stringify(next)}}`;
      return reply.type('application/json; charset=utf-8').serializer(String).send(text);
    },
  );

  app.get(
    '/quarantine',
    {
      config: { needs: 'quarantine:read', scope: { rows: 'quarantine' } },
      schema: {
        summary: 'Input that was refused, and why',
        tags: ['readings'],
        querystring: Type.Object(page, { additionalProperties: false }),
        response: { 200: Type.Object({ quarantine: Type.Array(quarantineSchema), next }) },
      },
    },
    async (request) => {
      const { after = 0, limit = MAX_PAGE } = request.query;
      const { rows, next } = pageOf(await journal.quarantine(after, limit + 1), limit);
      return { quarantine: [...rows], next };
    },
  );
}

/** One row more than asked for tells whether there is a next page. */
function pageOf<T extends { readonly offset: number }>(found: readonly T[], limit: number) {
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.offset ?? null) : null };
}
