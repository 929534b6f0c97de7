import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { isLocalDate } from '#model/calendar.ts';
import type { ApiApp } from '../api-app.ts';
import type { BenefitPort } from '../ports-benefit.ts';
import { complianceSchema, dayViewSchema, otherPayersSchema } from '../schemas-benefit.ts';

export const dateRange = {
  from: Type.String({ description: 'a local date of the patient, YYYY-MM-DD' }),
  to: Type.String({ description: 'a local date of the patient, YYYY-MM-DD, included' }),
};
const LONGEST_DAYS = 400;

export function addDayRoutes(app: ApiApp, benefit: BenefitPort): void {
  app.get(
    '/patients/:id/days',
    {
      config: { needs: 'services:read' },
      schema: {
        summary: 'Decisions of calendar days, each in one sentence, with reasons and evidence',
        tags: ['services'],
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object(dateRange, { additionalProperties: false }),
        response: { 200: Type.Object({ days: Type.Array(dayViewSchema) }) },
      },
    },
    async ({ params, query }) => {
      checkRange(query);
      return { days: [...(await benefit.days(params.id, query.from, query.to))] };
    },
  );

  app.get(
    '/patients/:id/compliance',
    {
      config: { needs: 'services:read' },
      schema: {
        summary: 'What the plan of care and the law ask for: done, due or overdue, the most urgent first',
        tags: ['services'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: Type.Object({ items: Type.Array(complianceSchema) }) },
      },
    },
    async ({ params }) => ({ items: [...(await benefit.compliance(params.id))] }),
  );

  app.get(
    '/patients/:id/other-payers',
    {
      config: { needs: 'claims:read' },
      schema: {
        summary: 'Per diems as other payers count them, and remote physiologic monitoring: to look at, never a claim',
        tags: ['claims'],
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object(dateRange, { additionalProperties: false }),
        response: { 200: otherPayersSchema },
      },
    },
    async ({ params, query }) => {
      checkRange(query);
      return benefit.otherPayers(params.id, query.from, query.to);
    },
  );

  app.get(
    '/patients/:id/packet',
    {
      config: { needs: 'claims:read' },
      schema: {
        summary: 'A day sheet for each date that was decided, as PDF; of one date, or of a range for an audit',
        tags: ['claims'],
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object(dateRange, { additionalProperties: false }),
        response: { 200: { description: 'the sheets', content: { 'application/pdf': { schema: Type.Unknown() } } } },
      },
    },
    async ({ params, query }, reply) => {
      checkRange(query);
      return reply.type('application/pdf').send(await benefit.packet(params.id, query.from, query.to));
    },
  );
}

/** @throws GatewayError `bad-request` */
export function checkRange({ from, to }: { readonly from: string; readonly to: string }): void {
  if (!isLocalDate(from)) throw new GatewayError('bad-request', 'query.from must be a date YYYY-MM-DD.');
  if (!isLocalDate(to)) throw new GatewayError('bad-request', 'query.to must be a date YYYY-MM-DD.');
  if (to < from) throw new GatewayError('bad-request', 'query.to must not be before query.from.');
  if (Temporal.PlainDate.from(from).until(to, { largestUnit: 'days' }).days > LONGEST_DAYS) {
    throw new GatewayError('bad-request', `from and to are more than ${LONGEST_DAYS} days apart.`);
  }
}
