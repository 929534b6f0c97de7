import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isWireId } from '#kernel/ids.ts';
import type { AuditEvent, AuditKind } from '#model/audit.ts';
import type { Person } from '#model/role.ts';
import type { Permission } from './permissions.ts';
import type { AuditPort } from './ports-audit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who a route that needs nobody signed in has found the caller to be. */
    provedToBe: Person | null;
  }
  interface FastifyContextConfig {
    /** A live stream is never sent as a whole: it counts when it opens. */
    audit?: 'when-opened';
  }
}

/** Looking at these says nothing of any patient. */
const ofNobody: ReadonlySet<Permission> = new Set<Permission>(['system:read', 'metrics:read', 'on-call:read']);
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);
const SESSION = '/api/v1/session';

/**
 * Writes down every call that changes something, every look at what may be a patient's, and every call that was refused:
 * no route has to think of it. The answer leaves once that is kept.
 */
export function addAudit(app: FastifyInstance, audit: AuditPort): void {
  app.decorateRequest('provedToBe', null);

  app.addHook('onSend', async (request, reply, payload) => {
    const event = eventOf(request, reply.statusCode);
    if (event) await audit.note(event);
    return payload;
  });

  app.addHook('preHandler', async (request) => {
    if (request.routeOptions.config.audit !== 'when-opened') return;
    const event = eventOf(request, 200);
    if (event) await audit.note(event);
  });
}

function eventOf(request: FastifyRequest, outcome: number): AuditEvent | null {
  const kind = kindOf(request, outcome);
  if (kind === null) return null;
  const person = request.identity?.person ?? request.provedToBe;
  return {
    kind,
    who: person?.name ?? null,
    role: person?.role ?? null,
    agency: person?.agency ?? null,
    act: `${request.method} ${request.routeOptions.url ?? ''}`,
    // Who is nobody, or asks without end, must not fill the disk by asking for ever other things.
    object: kind === 'refused' && (person === null || outcome === 429) ? null : objectOf(request),
    outcome,
    address: request.ip,
  };
}

function kindOf(request: FastifyRequest, outcome: number): AuditKind | null {
  const { url, config } = request.routeOptions;
  if (request.is404 || url === undefined) return null;
  const { needs } = config;
  if (REFUSALS.has(outcome)) return 'refused';
  if (READS.has(request.method)) {
    if (needs === undefined || needs === 'open' || needs === 'signed-in') return null;
    return ofNobody.has(needs) ? null : 'read';
  }
  if (url === SESSION && request.method === 'DELETE') return 'sign-out';
  if (url === SESSION) return outcome < 400 ? 'sign-in' : 'refused';
  return 'write';
}

/**
 * The address with its ids, and which patient or pump a list was asked for. Of a call that needs nobody signed in it is
 * nothing: its address may hold a secret code.
 */
function objectOf({ routeOptions: { url = '', config }, params, query }: FastifyRequest): string | null {
  if (config.needs === 'open') return null;
  const ids = new Map(entriesOf(params));
  const path = url.replaceAll(/:(\w+)/g, (_whole, name: string) => shown(ids.get(name)));
  const asked = entriesOf(query).filter(([name]) => name === 'patient' || name === 'pump');
  const list = asked.map(([name, value]) => `${name}=${shown(value)}`).join('&');
  if (ids.size === 0 && list === '') return null;
  return list === '' ? path : `${path}?${list}`;
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** Only what has the form of an id is kept: an address is typed by whoever calls. */
const shown = (value: unknown): string => (typeof value === 'string' && isWireId(value) ? value : '-');
