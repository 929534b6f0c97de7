import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { days } from '#kernel/time.ts';
import { onCallRoles, overrideSchema, rotationSchema } from '#model/on-call.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { OnCallPort, VisitsPort } from '../ports-notify.ts';

const tags = ['on-call'];
const strict = { additionalProperties: false } as const;
const read = { needs: 'on-call:read', scope: 'nobodys' } as const;
const write = { needs: 'on-call:write', scope: 'nobodys' } as const;
const role = Type.Enum([...onCallRoles]);
const instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const shift = Type.Object({ role, person: Type.String(), from: instant, to: instant, source: Type.String() }, strict);
const gap = Type.Object({ role, from: instant, to: instant, why: Type.String() }, strict);
const byId = Type.Object({ id: Type.String() });
const nothing = { 204: Type.Null() };

const GAPS_AHEAD = days(7);
const LONGEST_SPAN = days(62);

export function addOnCallRoutes(app: ApiApp, onCall: OnCallPort, visits: VisitsPort, clock: Pick<Clock, 'wall'>): void {
  const agencyOf = (request: FastifyRequest) => identityOf(request).person.agency;

  app.get(
    '/on-call',
    {
      config: read,
      schema: {
        summary: 'Who is on call now and next, and the gaps of the next seven days',
        tags,
        response: {
          200: Type.Object(
            { at: instant, now: Type.Array(shift), next: Type.Array(shift), gaps: Type.Array(gap) },
            strict,
          ),
        },
      },
    },
    (request) => {
      const at = clock.wall();
      const agency = agencyOf(request);
      return {
        at,
        now: onCallRoles.flatMap((one) => onCall.at(one, at, agency)),
        next: onCallRoles.flatMap((one) => onCall.next(one, at, agency) ?? []),
        gaps: [...onCall.gaps(at, at + GAPS_AHEAD, agency)],
      };
    },
  );
  app.get(
    '/on-call/shifts',
    {
      config: read,
      schema: {
        summary: 'All shifts of a span of at most 62 days',
        tags,
        querystring: Type.Object({ from: instant, to: instant }, strict),
        response: { 200: Type.Object({ shifts: Type.Array(shift), gaps: Type.Array(gap) }, strict) },
      },
    },
    (request) => {
      const { from, to } = request.query;
      if (to <= from || to - from > LONGEST_SPAN) throw new GatewayError('bad-request', 'The span is 1 ms to 62 days.');
      const agency = agencyOf(request);
      const shifts = onCallRoles.flatMap((one) => onCall.shifts(one, from, to, agency));
      return { shifts, gaps: [...onCall.gaps(from, to, agency)] };
    },
  );
  app.get(
    '/on-call/schedule',
    {
      config: read,
      schema: {
        summary: 'Rotations and overrides',
        tags,
        response: {
          200: Type.Object({ rotations: Type.Array(rotationSchema), overrides: Type.Array(overrideSchema) }, strict),
        },
      },
    },
    (request) => {
      const own = (one: { agency: string | null }) => agencyOf(request) === null || one.agency === agencyOf(request);
      return { rotations: onCall.rotations().filter(own), overrides: onCall.overrides().filter(own) };
    },
  );
  app.put(
    '/on-call/rotations/:id',
    {
      config: write,
      schema: {
        summary: 'Set a rotation',
        tags,
        params: byId,
        body: rotationSchema,
        response: { 200: rotationSchema },
      },
    },
    (request) => {
      const rotation = named(request.params.id, request.body, agencyOf(request));
      onCall.putRotation(rotation);
      return rotation;
    },
  );
  app.delete(
    '/on-call/rotations/:id',
    { config: write, schema: { summary: 'Remove a rotation', tags, params: byId, response: nothing } },
    async (request, reply) => {
      own(onCall.rotations(), request.params.id, agencyOf(request));
      onCall.removeRotation(request.params.id);
      return reply.status(204).send(null);
    },
  );
  app.put(
    '/on-call/overrides/:id',
    {
      config: write,
      schema: {
        summary: 'Put somebody else on call for a time',
        tags,
        params: byId,
        body: overrideSchema,
        response: { 200: overrideSchema },
      },
    },
    (request) => {
      const override = named(request.params.id, request.body, agencyOf(request));
      onCall.putOverride(override);
      return override;
    },
  );
  app.delete(
    '/on-call/overrides/:id',
    { config: write, schema: { summary: 'Remove an override', tags, params: byId, response: nothing } },
    async (request, reply) => {
      own(onCall.overrides(), request.params.id, agencyOf(request));
      onCall.removeOverride(request.params.id);
      return reply.status(204).send(null);
    },
  );
  addVisitRoutes(app, visits);
}

function addVisitRoutes(app: ApiApp, visits: VisitsPort): void {
  const visit = Type.Object({ nurse: Type.String(), since: instant, until: instant }, strict);
  app.post(
    '/pumps/:id/visit',
    {
      config: { needs: 'alerts:act' },
      schema: {
        summary: 'Check in at the home of this pump: its alarms come to you first, for an hour',
        tags,
        params: byId,
        response: { 200: visit },
      },
    },
    async (request) => visits.checkIn(request.params.id, identityOf(request).person.name),
  );
  app.delete(
    '/pumps/:id/visit',
    { config: { needs: 'alerts:act' }, schema: { summary: 'Check out', tags, params: byId, response: nothing } },
    async (request, reply) => {
      await visits.checkOut(request.params.id, identityOf(request).person.name);
      return reply.status(204).send(null);
    },
  );
}

/** The address names the thing, and a person of an agency changes what is the agency's. */
function named<T extends { id: string; agency: string | null }>(id: string, body: T, agency: string | null): T {
  if (body.id !== id) throw new GatewayError('bad-request', 'The id of the body is not that of the address.');
  if (agency !== null && body.agency !== agency) throw new GatewayError('forbidden', 'It belongs to another agency.');
  return body;
}

function own(all: readonly { id: string; agency: string | null }[], id: string, agency: string | null): void {
  const found = all.find((one) => one.id === id);
  if (!found || (agency !== null && found.agency !== agency)) throw new GatewayError('not-found', '');
}
