import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '#kernel/errors.ts';
import type { Person } from '#model/role.ts';
import type { AlertsPort, MaybePromise } from './ports.ts';

/** What a row of an answer or an id in an address speaks of. */
export type Subject = 'patient' | 'pump' | 'hub';

/**
 * Whose data a route deals with. Where the address itself says it (`/pumps/:id/…`) nothing needs to be said. Of any other
 * route that does not say, a person of an agency gets nothing.
 * - `nobodys`: it holds nothing of any patient, pump or hub;
 * - `rows`: the list of that name in the answer is cut down to what the person may see;
 * - `param`: the thing of that id must be the person's agency's;
 * - `own`: the route asks by itself.
 */
export type Scope =
  | 'nobodys'
  | 'own'
  | { readonly rows: string; readonly idIs?: Subject }
  | { readonly param: string; readonly is: Subject | 'alert' };

export interface ScopePort {
  /** The agency that this patient, pump or hub belongs to; null when it is not in the registry. */
  agencyOf(subject: Subject, id: string): string | null;
}

/** A row that names whom or what it is of. */
type Row = { readonly [K in Subject]?: string | null };

/** What one person may see. */
export interface Sight {
  sees(row: Row): boolean;
  /** The agency whose things they are; null for all. */
  readonly agency: string | null;
  readonly seesAll: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    sight: Sight | null;
  }
  interface FastifyContextConfig {
    scope?: Scope;
  }
}

/** People of no agency see everything. Others see what belongs to theirs, and nothing that is not in the registry. */
export function sightOf(person: Person, port: ScopePort): Sight {
  const { agency } = person;
  if (agency === null) return { sees: () => true, agency, seesAll: true };
  const sees = (row: Row) => {
    // The narrowest that is known decides: a patient before their pump, a pump before its hub.
    for (const subject of ['patient', 'pump', 'hub'] as const) {
      const id = row[subject];
      if (id !== null && id !== undefined) return port.agencyOf(subject, id) === agency;
    }
    return false;
  };
  return { sees, agency, seesAll: false };
}

/** Keeps each agency to its own. Runs after the guard, which says who calls. */
export function addScope(app: FastifyInstance, port: ScopePort, alerts: Pick<AlertsPort, 'get'>): void {
  app.decorateRequest('sight', null);

  app.addHook('onRoute', (route) => {
    const named = subjectOfAddress(route.url);
    if (route.config?.needs === undefined || route.config.scope !== undefined || named === undefined) return;
    route.config.scope = { param: 'id', is: named };
  });

  app.addHook('onRequest', async (request) => {
    const person = request.identity?.person;
    if (!person) return;
    const sight = sightOf(person, port);
    request.sight = sight;
    if (sight.seesAll) return;
    const { scope } = request.routeOptions.config;
    if (scope === undefined) throw new GatewayError('forbidden', 'This call is for people of no single agency.');
    if (typeof scope === 'string' || 'rows' in scope) return;
    const id = paramOf(request, scope.param);
    const row = scope.is === 'alert' ? await alertRow(alerts.get(id)) : { [scope.is]: id };
    // What is another agency's is as unknown here as what is nobody's.
    if (!row || !sight.sees(row)) throw new GatewayError('not-found', 'There is no such thing here.');
  });

  app.addHook('preSerialization', async (request, _reply, payload: unknown) => {
    const { sight } = request;
    const { scope } = request.routeOptions.config;
    if (!sight || sight.seesAll || typeof scope !== 'object' || !('rows' in scope)) return payload;
    const { rows, idIs } = scope;
    if (typeof payload !== 'object' || payload === null || !(rows in payload)) return payload;
    const all: unknown = Object.entries(payload).find(([name]) => name === rows)?.[1];
    const kept = Array.isArray(all) ? all.filter((row) => sight.sees(rowOf(row, idIs))) : [];
    return { ...payload, [rows]: kept };
  });
}

/** What the caller of a route that asks by itself may see. */
export function sightIn(request: FastifyRequest): Sight {
  if (request.sight) return request.sight;
  throw new GatewayError('gateway-fault', 'A route that needs a caller was reached without one.');
}

/** What `:id` is in an address that says it: `/pumps/:id/trend`. */
function subjectOfAddress(url: string): Subject | 'alert' | undefined {
  const plural = /^\/api\/v1\/(patient|pump|hub|alert)s\/:id(?:\/|$)/.exec(url)?.[1];
  return (['patient', 'pump', 'hub', 'alert'] as const).find((one) => one === plural);
}

function paramOf(request: FastifyRequest, name: string): string {
  const { params } = request;
  const value =
    typeof params === 'object' && params !== null ? Object.entries(params).find(([key]) => key === name) : undefined;
  return String(value?.[1] ?? '');
}

async function alertRow(found: MaybePromise<{ readonly alert: Row } | undefined>): Promise<Row | undefined> {
  return (await found)?.alert;
}

function rowOf(row: unknown, idIs: Subject | undefined): Row {
  if (typeof row !== 'object' || row === null) return {};
  const of = (name: string): string | null => {
    const value: unknown = Object.entries(row).find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? value : null;
  };
  if (idIs !== undefined) return { [idIs]: of('id') };
  return { patient: of('patient'), pump: of('pump'), hub: of('hub') };
}
