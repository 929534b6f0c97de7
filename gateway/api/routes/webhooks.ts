import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { WIRE_ID_PATTERN } from '#kernel/ids.ts';
import { alertEventKinds } from '#model/alert.ts';
import { type WebhookView, webhookStates } from '#model/webhook.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { WebhooksPort } from '../ports-webhooks.ts';
import { sightIn } from '../scope.ts';
import { conditionHeaders, versionSeen, withETag } from '../versions.ts';

const tags = ['webhooks'];
const strict = { additionalProperties: false } as const;
const config = { needs: 'webhooks:write', scope: 'own' } as const;
const params = Type.Object({ id: Type.String({ pattern: WIRE_ID_PATTERN }) });
const events = Type.Array(Type.Enum([...alertEventKinds]), {
  maxItems: alertEventKinds.length,
  description: 'which events of alerts; none named asks for all',
});
const maybeText = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const maybeInstant = Type.Unsafe<number | null>({ type: ['integer', 'null'] });
const fields = {
  id: Type.String(),
  version: Type.Integer(),
  url: Type.String(),
  events,
  agency: maybeText,
  state: Type.Enum([...webhookStates]),
  createdBy: Type.String(),
  createdAt: Type.Integer({ description: 'Unix ms' }),
  endedAt: maybeInstant,
  failingSince: maybeInstant,
  problem: maybeText,
  deliveredAt: maybeInstant,
};
const webhook = Type.Object(fields, strict);
const inputSchema = Type.Object(
  {
    url: Type.String({ minLength: 1, maxLength: 2_048, description: 'https://, outside our own network' }),
    events,
    agency: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        maxLength: 64,
        description: 'whose alerts; null for all',
      }),
    ),
  },
  strict,
);

const shown = (one: WebhookView) => ({ ...one, events: [...one.events] });

/** Third parties that are told of events of alerts by signed calls (Standard Webhooks). */
export function addWebhookRoutes(app: ApiApp, webhooks: WebhooksPort): void {
  const sees = (request: FastifyRequest, { agency }: WebhookView): boolean => {
    const sight = sightIn(request);
    return sight.seesAll || sight.agency === agency;
  };
  const seen = (request: FastifyRequest, id: string): WebhookView => {
    const found = webhooks.get(id);
    if (!found || !sees(request, found)) throw new GatewayError('not-found', 'There is no such webhook.');
    return found;
  };
  app.get(
    '/webhooks',
    {
      config,
      schema: {
        summary: 'Webhooks and how they go',
        tags,
        response: { 200: Type.Object({ webhooks: Type.Array(webhook) }, strict) },
      },
    },
    (request) => ({ webhooks: webhooks.list().flatMap((one) => (sees(request, one) ? [shown(one)] : [])) }),
  );
  app.get(
    '/webhooks/:id',
    { config, schema: { summary: 'A webhook', tags, params, response: { 200: webhook } } },
    (request, reply) => withETag(reply, shown(seen(request, request.params.id))),
  );
  app.put(
    '/webhooks/:id',
    {
      config: { ...config, showsSecret: true },
      schema: {
        summary: 'Make a webhook, whose secret is shown this once; or change one, which enables it again',
        tags,
        params,
        headers: conditionHeaders,
        body: inputSchema,
        response: { 200: Type.Object({ ...fields, secret: maybeText }, strict) },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      const version = versionSeen(request);
      if (webhooks.get(id)) seen(request, id);
      const sight = sightIn(request);
      const { url, events: asked, agency = sight.agency } = request.body;
      if (!sight.seesAll && agency !== sight.agency)
        throw new GatewayError('forbidden', 'A webhook of another agency is not yours to make.');
      const person = identityOf(request).person.name;
      const made = webhooks.put(id, { url, events: asked, agency }, { person, version });
      return withETag(reply, { ...shown(made.webhook), secret: made.secret });
    },
  );
  app.delete(
    '/webhooks/:id',
    {
      config,
      schema: {
        summary: 'End a webhook for good',
        tags,
        params,
        headers: conditionHeaders,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      seen(request, id);
      webhooks.end(id, versionSeen(request));
      return reply.status(204).send(null);
    },
  );
}
