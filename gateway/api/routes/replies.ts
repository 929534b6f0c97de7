import { parse as parseQuery } from 'node:querystring';
import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import type { ProviderCall } from '#model/reply.ts';
import type { ApiApp } from '../api-app.ts';
import type { NoticesPort, RepliesPort } from '../ports-notify.ts';
import { priority } from '../schemas.ts';

const tags = ['replies'];
/** A page that is answered, or was received, gets through whatever else goes on. */
const open = { needs: 'open', scope: 'nobodys', unlimited: true } as const;
const strict = { additionalProperties: false } as const;
const token = Type.String({ minLength: 16, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
const result = Type.Object({ result: Type.Enum(['done', 'too-old', 'changed', 'refused']) }, strict);
const view = Type.Object(
  {
    kind: Type.Enum(['unknown', 'confirm', 'answer']),
    usable: Type.Optional(Type.Boolean()),
    code: Type.Optional(Type.String()),
    priority: Type.Optional(priority),
    state: Type.Optional(Type.Enum(['waiting', 'taken', 'over'])),
    version: Type.Optional(Type.Integer()),
    alert: Type.Optional(Type.String()),
  },
  strict,
);

/** Answers by the link of a message. The token is the right to answer, so no session is asked. */
export function addReplyRoutes(app: ApiApp, replies: RepliesPort, notices: NoticesPort): void {
  app.post(
    '/replies/view',
    {
      config: open,
      schema: {
        summary: 'How things stand, by the token of a message’s link',
        tags,
        body: Type.Object({ token }, strict),
        response: { 200: view },
      },
    },
    async (request) => replies.view(request.body.token),
  );
  app.post(
    '/replies',
    {
      config: open,
      schema: {
        summary:
          'Take or decline an alert, or confirm a contact point, by the token of a message’s link; it works once',
        tags,
        body: Type.Object(
          {
            token,
            answer: Type.Enum(['take', 'decline', 'confirm']),
            version: Type.Optional(Type.Integer({ minimum: 0 })),
          },
          strict,
        ),
        response: { 200: result },
      },
    },
    async (request) => {
      const { answer, version } = request.body;
      if (answer === 'confirm') return { result: await replies.confirm(request.body.token) };
      if (version === undefined) throw new GatewayError('bad-request', '`version` is the one that was shown.');
      return { result: await replies.answer(request.body.token, answer, version) };
    },
  );
  app.post(
    '/receipts',
    {
      config: open,
      schema: {
        summary: 'A browser tells that it showed a push message, or that it was opened',
        tags,
        body: Type.Object(
          { id: Type.String({ pattern: '^[A-Za-z0-9_-]{32}$' }), state: Type.Enum(['delivered', 'read']) },
          strict,
        ),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await notices.receipt(request.body.id, request.body.state);
      return reply.status(204).send(null);
    },
  );
  app.get(
    '/push/key',
    {
      config: { needs: 'signed-in', scope: 'nobodys' },
      schema: {
        summary: 'The key with which a browser subscribes to push messages',
        tags,
        response: { 200: Type.Object({ key: Type.String() }, strict) },
      },
    },
    () => ({ key: notices.pushKey }),
  );
}

/** What the provider is to say or do next, if anything. */
const told = {
  200: { description: 'instructions in the provider’s XML', content: { 'text/xml': { schema: Type.Unknown() } } },
  204: { description: 'nothing to do', type: 'null' },
} as const;

/** Callbacks of the provider of texts and calls. Its signature is the credential. */
export function addProviderRoutes(app: ApiApp, replies: RepliesPort): void {
  void app.register((scope, _options, done) => {
    // Forms are read here alone: anywhere else one could come from another site.
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, ready) => {
      ready(null, formOf(String(body)));
    });
    const route = (path: string, run: (call: ProviderCall) => Promise<string | undefined>) =>
      scope.post(
        `/providers/${path}`,
        {
          config: open,
          schema: { summary: 'Callback of the provider of texts and calls', tags: ['providers'], response: told },
        },
        async (request, reply) => {
          const header = request.headers['x-twilio-signature'];
          const call = {
            url: request.raw.url ?? '',
            form: asForm(request.body),
            signature: typeof header === 'string' ? header : '',
          };
          if (!replies.isFromProvider(call))
            throw new GatewayError('bad-request', 'The signature is not the provider’s.');
          const text = await run(call);
          if (text === undefined) return reply.status(204).send();
          return reply.type('text/xml; charset=utf-8').send(text);
        },
      );
    const status = (kind: 'sms' | 'voice') => async (call: ProviderCall) => {
      await replies.status(kind, call);
      return undefined;
    };
    route('sms/status', status('sms'));
    route('sms/reply', (call) => replies.text(call));
    route('voice/status', status('voice'));
    route('voice/keys', (call) => replies.key(call));
    route('voice/pin', (call) => replies.pin(call));
    done();
  });
}

function formOf(text: string): Record<string, string> {
  const pairs = Object.entries(parseQuery(text, '&', '=', { maxKeys: 200 }));
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : (value ?? '')]),
  );
}

function asForm(body: unknown): Record<string, string> {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}
