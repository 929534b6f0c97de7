import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { serviceContent } from '#model/benefit-facts.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { ServicesPort } from '../ports.ts';
import type { BenefitPort } from '../ports-benefit.ts';
import { serviceSchema } from '../schemas.ts';
import { serviceViewSchema } from '../schemas-benefit.ts';
import { sightIn } from '../scope.ts';

const reads = { needs: 'services:read' } as const;
const writes = { needs: 'services:write' } as const;
const tags = ['services'];
const params = Type.Object({ id: Type.String() });
const ofService = Type.Object({ id: Type.String(), service: Type.String() });
const one = { 200: serviceViewSchema };
const version = Type.Integer({ minimum: 1, description: 'of the service as it was seen' });
const reason = Type.String({ minLength: 1, maxLength: 2_000 });
/** The benefit tells every problem of a service at once, so only its being an object is asked here. */
const input = (summary: string) =>
  Type.Object(
    {},
    {
      additionalProperties: true,
      description: `${summary} Fields: ${Object.keys(serviceContent.properties).join(', ')}.`,
    },
  );

export function addServiceRoutes(app: ApiApp, services: ServicesPort, benefit: BenefitPort): void {
  app.get(
    '/services',
    {
      config: { ...reads, scope: { rows: 'services' } },
      schema: {
        summary: 'Services that the handling of alerts was, of all patients',
        tags,
        response: { 200: Type.Object({ services: Type.Array(serviceSchema) }) },
      },
    },
    async () => ({ services: [...(await services.services())] }),
  );

  app.get(
    '/patients/:id/services',
    {
      config: reads,
      schema: {
        summary: 'Services of one patient: from the handling of alerts and recorded by people, in order of beginning',
        tags,
        params,
        response: { 200: Type.Object({ services: Type.Array(serviceViewSchema) }) },
      },
    },
    async (request) => ({ services: (await benefit.services(request.params.id)).map((view) => ({ ...view })) }),
  );

  app.get(
    '/patients/:id/services/:service',
    {
      config: reads,
      schema: {
        summary: 'Every version of a recorded service, oldest first',
        tags,
        params: ofService,
        response: { 200: Type.Object({ versions: Type.Array(serviceViewSchema) }) },
      },
    },
    async ({ params: { id, service } }) => ({ versions: [...benefit.serviceHistory(id, service)] }),
  );

  addWriting(app, benefit);
}

function addWriting(app: ApiApp, benefit: BenefitPort): void {
  app.post(
    '/patients/:id/services',
    {
      config: writes,
      schema: {
        summary: 'Record a service, or check in to one that goes on (without an end)',
        tags,
        params,
        body: input('Without a performer it is the caller’s own.'),
        response: { 201: serviceViewSchema },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return benefit.beginService(request.params.id, request.body, identityOf(request).person.name);
    },
  );

  app.post(
    '/patients/:id/services/:service/correction',
    {
      config: writes,
      schema: {
        summary: 'Change a service, or check out of it; the new version names the old one and has to be signed',
        tags,
        params: ofService,
        body: Type.Object({ version, reason, change: input('What changes.') }, { additionalProperties: false }),
        response: one,
      },
    },
    async (request) => {
      const { id, service } = request.params;
      const { change, ...correction } = request.body;
      return benefit.correctService(id, service, change, correction, identityOf(request).person.name);
    },
  );

  app.post(
    '/patients/:id/services/:service/signature',
    {
      config: writes,
      schema: {
        summary: 'Sign a service: only the professional who gave it may',
        tags,
        params: ofService,
        body: Type.Object({ version }, { additionalProperties: false }),
        response: one,
      },
    },
    async (request) => {
      const { id, service } = request.params;
      return benefit.signService(id, service, request.body.version, identityOf(request).person.name);
    },
  );

  app.post(
    '/patients/:id/services/:service/withdrawal',
    {
      config: writes,
      schema: {
        summary: 'Withdraw a service that was recorded wrongly; its versions stay in the chain',
        tags,
        params: ofService,
        body: Type.Object({ version, reason }, { additionalProperties: false }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id, service } = request.params;
      benefit.withdrawService(id, service, request.body, identityOf(request).person.name);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/facts',
    {
      config: { needs: 'claims:write', scope: 'own' },
      bodyLimit: 8 * 1024 * 1024,
      schema: {
        summary: 'Record facts of any kind (drug claims, coverage, services …): all of them, or none and every problem',
        tags: ['claims'],
        body: Type.Object({ facts: Type.Array(Type.Unknown(), { maxItems: 20_000 }) }, { additionalProperties: false }),
        response: {
          200: Type.Object({
            recorded: Type.Integer(),
            problems: Type.Array(Type.Object({ where: Type.String(), problem: Type.String() })),
          }),
          422: Type.Object({
            recorded: Type.Integer(),
            problems: Type.Array(Type.Object({ where: Type.String(), problem: Type.String() })),
          }),
        },
      },
    },
    async (request, reply) => {
      const sight = sightIn(request);
      for (const row of request.body.facts) {
        if (!sight.sees({ patient: patientOf(row) }))
          throw new GatewayError('not-found', 'There is no such patient here.');
      }
      const result = benefit.importFacts(request.body.facts, identityOf(request).person.name);
      if ('recorded' in result) return { recorded: result.recorded, problems: [] };
      return reply.code(422).send({ recorded: 0, problems: [...result.problems] });
    },
  );
}

const patientOf = (row: unknown): string | null =>
  typeof row === 'object' && row !== null && 'patient' in row && typeof row.patient === 'string' ? row.patient : null;
