import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { roles } from '#model/role.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { AccessPort, SessionView } from '../ports.ts';

const idParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{1,64}$' }) });

const signInSchema = Type.Object(
  {
    id: Type.String({ description: 'names the sign-in and opens nothing' }),
    name: Type.String(),
    role: Type.Enum([...roles]),
    how: Type.Unsafe<'link' | 'password' | null>({ type: ['string', 'null'], description: '`link` or `password`' }),
    address: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    createdAt: Type.Integer({ description: 'Unix ms' }),
    usedAt: Type.Integer({ description: 'Unix ms' }),
    endsAt: Type.Integer({ description: 'Unix ms, if it is not used again' }),
    current: Type.Boolean({ description: 'the one by which this call came' }),
  },
  { additionalProperties: false },
);
const listSchema = Type.Object({ signIns: Type.Array(signInSchema) }, { additionalProperties: false });

/** Sessions that are open: everybody sees and ends their own, an admin of the whole gateway anybody's. */
export function addSignInRoutes(app: ApiApp, access: AccessPort): void {
  const shown = (all: readonly SessionView[], session: string | null) => {
    const current = session === null ? null : access.sessionIdOf(session);
    return { signIns: all.map((one) => ({ ...one, current: one.id === current })) };
  };
  const ended = (there: boolean): null => {
    if (!there) throw new GatewayError('not-found', 'There is no such sign-in, or it has ended.');
    return null;
  };

  app.get(
    '/me/sign-ins',
    {
      config: { needs: 'signed-in', scope: 'nobodys' },
      schema: { summary: 'Where the caller is signed in', tags: ['session'], response: { 200: listSchema } },
    },
    (request) => {
      const { person, session } = identityOf(request);
      return shown(access.sessions(person.name), session);
    },
  );

  app.delete(
    '/me/sign-ins/:id',
    {
      config: { needs: 'signed-in', scope: 'nobodys' },
      schema: {
        summary: 'End one of the own sign-ins',
        tags: ['session'],
        params: idParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const done = ended(access.endSession(request.params.id, identityOf(request).person.name));
      return reply.status(204).send(done);
    },
  );

  app.get(
    '/sign-ins',
    {
      config: { needs: 'registry:admin' },
      schema: { summary: 'Where everybody is signed in', tags: ['session'], response: { 200: listSchema } },
    },
    (request) => shown(access.sessions(), identityOf(request).session),
  );

  app.delete(
    '/sign-ins/:id',
    {
      config: { needs: 'registry:admin' },
      schema: { summary: 'End a sign-in', tags: ['session'], params: idParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => reply.status(204).send(ended(access.endSession(request.params.id))),
  );
}
