import Type from 'typebox';
import { auditKinds } from '#model/audit.ts';
import type { ApiApp } from '../api-app.ts';
import type { AuditPort } from '../ports-audit.ts';
import { sightIn } from '../scope.ts';

const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 100;

const nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const entrySchema = Type.Object({
  position: Type.Integer({ description: 'counts from 1 without holes' }),
  at: Type.Integer({ description: 'Unix ms' }),
  kind: Type.Enum([...auditKinds]),
  who: nullable('the account; null when nobody was signed in'),
  role: nullable('of the account at that time'),
  agency: nullable('of the account; null for people of the gateway itself'),
  act: Type.String({ description: 'what was called' }),
  object: nullable('what it was about, as ids'),
  outcome: Type.Integer({ description: 'HTTP status, or the exit status of a command' }),
  address: nullable('of the caller; null for commands'),
});

export function addAuditRoute(app: ApiApp, audit: AuditPort): void {
  app.get(
    '/audit',
    {
      config: { needs: 'audit:read', scope: 'own' },
      schema: {
        summary: 'Who did what, newest first',
        description:
          'People of an agency see what people of that agency did. A page may be empty although there are more.',
        tags: ['audit'],
        querystring: Type.Object(
          {
            before: Type.Optional(
              Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'position, excluded' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE })),
            who: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
            kind: Type.Optional(Type.Enum([...auditKinds])),
            about: Type.Optional(
              Type.String({ minLength: 1, maxLength: 64, description: 'id of a patient, pump, hub, alert or record' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            audit: Type.Array(entrySchema),
            next: Type.Unsafe<number | null>({ type: ['integer', 'null'], description: '`before` of the next page' }),
          }),
        },
      },
    },
    async (request) => {
      const { limit = DEFAULT_PAGE, ...filter } = request.query;
      const { agency } = sightIn(request);
      const found = await audit.page({ ...filter, limit, ...(agency !== null && { agency }) });
      return { audit: [...found.audit], next: found.next };
    },
  );
}
