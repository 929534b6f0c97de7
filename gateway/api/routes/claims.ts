import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { BenefitPort } from '../ports-benefit.ts';
import { claimLineSchema } from '../schemas-benefit.ts';
import { sightIn } from '../scope.ts';
import { checkRange, dateRange } from './days.ts';

const tags = ['claims'];
const closed = { additionalProperties: false } as const;
const reads = { needs: 'claims:read', scope: 'own' } as const;
const writes = { needs: 'claims:write', scope: 'own' } as const;
/** A remittance of a month, as one text in JSON. */
const FILE_LIMIT_BYTES = 16 * 1024 * 1024;

const contentTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  '837p': 'application/edi-x12; charset=us-ascii',
  fhir: 'application/fhir+json; charset=utf-8',
};

export function addClaimRoutes(app: ApiApp, benefit: BenefitPort): void {
  app.get(
    '/claims',
    {
      config: reads,
      schema: {
        summary:
          'Claim lines that are ready, held with what is missing, or sent; as json, csv, 837p (test data) or fhir',
        tags,
        querystring: Type.Object(
          { ...dateRange, format: Type.Optional(Type.Enum(['json', 'csv', '837p', 'fhir'])) },
          closed,
        ),
        response: { 200: Type.Union([Type.Object({ lines: Type.Array(claimLineSchema) }), Type.String()]) },
      },
    },
    async (request, reply) => {
      const { format = 'json', ...range } = request.query;
      checkRange(range);
      const query = { ...range, ...patientsIn(request, benefit) };
      if (format === 'json') return { lines: [...(await benefit.claimLines(query))] };
      void reply.type(contentTypes[format] ?? 'text/plain');
      reply.serializer((text) => String(text));
      return benefit.claimFile(query, format);
    },
  );

  app.post(
    '/claims/exports',
    {
      config: writes,
      schema: {
        summary: 'Export the lines that are due as a file to send, and record them as sent',
        tags,
        body: Type.Object({ ...dateRange, format: Type.Enum(['csv', '837p', 'fhir']) }, closed),
        response: {
          200: Type.Object({
            id: Type.Union([Type.String(), Type.Null()]),
            claims: Type.Integer(),
            text: Type.String(),
          }),
        },
      },
    },
    async (request) => {
      const { format, ...range } = request.body;
      checkRange(range);
      const query = { ...range, ...patientsIn(request, benefit) };
      return benefit.exportClaims(query, format, identityOf(request).person.name);
    },
  );

  app.post(
    '/claims/remittances',
    {
      config: { needs: 'claims:write' },
      bodyLimit: FILE_LIMIT_BYTES,
      schema: {
        summary: 'Take in a remittance (835): closes paid lines, opens denied ones',
        tags,
        body: Type.Object({ text: Type.String({ minLength: 1 }) }, closed),
        response: { 200: Type.Object({ answered: Type.Integer(), unknown: Type.Array(Type.String()) }) },
      },
    },
    async (request) => {
      const { answered, unknown } = benefit.remit(request.body.text, identityOf(request).person.name);
      return { answered, unknown: [...unknown] };
    },
  );

  app.post(
    '/claims/:claim/reopening',
    {
      config: { needs: 'claims:write' },
      schema: {
        summary: 'Make a denied line due again, once what was wrong is mended',
        tags,
        params: Type.Object({ claim: Type.String() }),
        body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 2_000 }) }, closed),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      benefit.reopenClaim(request.params.claim, request.body.reason, identityOf(request).person.name);
      return reply.code(204).send(null);
    },
  );
}

/** The patients whose lines the caller may see; nothing when all. */
function patientsIn(request: FastifyRequest, benefit: BenefitPort): { readonly patients?: readonly string[] } {
  const sight = sightIn(request);
  return sight.seesAll ? {} : { patients: benefit.patients().filter((patient) => sight.sees({ patient })) };
}
