import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import type { Person } from '#model/role.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf, SESSION_COOKIE } from '../guard.ts';
import type { AccessPort, SignIn } from '../ports.ts';
import { personSchema } from '../schemas.ts';

const signInBody = Type.Object(
  {
    token: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'of a one-time link' })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024 })),
  },
  { additionalProperties: false },
);

export function addSessionRoutes(app: ApiApp, access: AccessPort): void {
  app.post(
    '/session',
    {
      config: { needs: 'open' },
      schema: {
        summary: 'Sign in with the token of a one-time link, or with name and password',
        tags: ['session'],
        body: signInBody,
        response: { 200: personSchema },
      },
    },
    async (request, reply) => {
      const signIn = await signInWith(request.body, request.ip, access);
      request.provedToBe = signIn.person;
      // The session that this browser had until now would live on unseen.
      const earlier = request.cookies[SESSION_COOKIE];
      if (earlier !== undefined && access.personOfSession(earlier)) access.signOut(earlier);
      setCookie(request, reply, signIn);
      return signIn.person;
    },
  );

  app.delete(
    '/session',
    {
      config: { needs: 'signed-in', scope: 'nobodys' },
      schema: { summary: 'Sign out', tags: ['session'], response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const { session } = identityOf(request);
      if (session !== null) access.signOut(session);
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).status(204).send(null);
    },
  );

  app.get(
    '/me',
    {
      config: { needs: 'signed-in', scope: 'nobodys' },
      schema: { summary: 'Who is signed in', tags: ['session'], response: { 200: personSchema } },
    },
    (request): Person => identityOf(request).person,
  );
}

async function signInWith(
  body: { token?: string; name?: string; password?: string },
  address: string,
  access: AccessPort,
): Promise<SignIn> {
  const { token, name, password } = body;
  if (token !== undefined && name === undefined && password === undefined) return access.signInWithLink(token, address);
  if (token === undefined && name !== undefined && password !== undefined) {
    return access.signInWithPassword(name, password, address);
  }
  throw new GatewayError('bad-request', 'The body holds either `token`, or `name` and `password`.');
}

/** SameSite=Lax and not Strict, so that a link in a message to a nurse opens the console signed in. */
function setCookie(request: FastifyRequest, reply: FastifyReply, signIn: SignIn): void {
  reply.setCookie(SESSION_COOKIE, signIn.session, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge: Math.floor(signIn.lasts / 1_000),
  });
}
