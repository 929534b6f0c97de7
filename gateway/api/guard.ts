import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Person } from '#model/role.ts';
import { mayDo, type Permission } from './permissions.ts';
import type { AccessPort } from './ports.ts';

export const SESSION_COOKIE = 'infusion_session';

/** What a route asks of its caller. Every route under /api/ names one, or the app does not start. */
export type Need = 'open' | 'signed-in' | Permission;

/** Who calls, and by what. */
export interface Identity {
  readonly person: Person;
  /** The cookie's value; null for a bearer token. */
  readonly session: string | null;
  /** Whether the same credential would still be let in, with the same role. For calls that last. */
  readonly stillValid: () => boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
  }
  interface FastifyContextConfig {
    needs?: Need;
  }
}

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;
const CHANGES_NOTHING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets in who may come in. Runs before anything of the request but its head is looked at. */
export function addGuard(app: FastifyInstance, access: AccessPort, log: Logger): void {
  app.decorateRequest('identity', null);

  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/') && route.config?.needs === undefined) {
      throw new GatewayError('gateway-fault', `The route ${route.url} does not say who may call it.`);
    }
  });

  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    // Only the console's own files come without a need: everything under /api/ has one.
    const needs = request.routeOptions.config.needs ?? 'open';
    const bearer = request.headers.authorization !== undefined;
    if (!bearer && !CHANGES_NOTHING.has(request.method) && isCrossSite(request))
      throw new GatewayError('cross-site', '');
    if (needs === 'open') return;
    const identity = bearer ? byToken(request.headers.authorization, access) : bySession(request, access);
    if (!identity) throw new GatewayError('unauthenticated', '');
    request.identity = identity;
    if (needs !== 'signed-in' && !mayDo(identity.person.role, needs)) {
      throw new GatewayError('forbidden', `The role ${identity.person.role} lacks ${needs}.`);
    }
    if (identity.session !== null) noteUse(access, identity.session, log);
  });
}

/** The caller of a route that needs one. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity) return request.identity;
  throw new GatewayError('gateway-fault', 'A route that needs a caller was reached without one.');
}

function byToken(header: string | undefined, access: AccessPort): Identity | undefined {
  const token = BEARER.exec(header ?? '')?.[1];
  return token === undefined ? undefined : identity(null, () => access.personOfToken(token));
}

function bySession(request: FastifyRequest, access: AccessPort): Identity | undefined {
  const session = request.cookies[SESSION_COOKIE];
  return session === undefined ? undefined : identity(session, () => access.personOfSession(session));
}

function identity(session: string | null, lookUp: () => Person | undefined): Identity | undefined {
  const person = lookUp();
  return person && { person, session, stillValid: () => samePerson(lookUp(), person) };
}

/** A full disk must not keep a nurse from reading, so a use that cannot be noted is let pass. */
function noteUse(access: AccessPort, session: string, log: Logger): void {
  try {
    access.noteUse(session);
  } catch (thrown) {
    log.debug({ err: thrown }, 'The use of a session could not be noted.');
  }
}

/**
 * A browser names the page a changing request came from. One from elsewhere would act with the nurse's cookie, or sign
 * the nurse in as somebody else. Programs send neither header.
 */
function isCrossSite(request: FastifyRequest): boolean {
  if (request.headers['sec-fetch-site'] === 'cross-site') return true;
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const from = URL.parse(origin);
  // The origin's scheme decides which port goes without saying.
  return from === null || from.host === '' || from.host !== URL.parse(`${from.protocol}//${request.host}`)?.host;
}

const samePerson = (a: Person | undefined, b: Person): boolean => a?.role === b.role && a.agency === b.agency;
