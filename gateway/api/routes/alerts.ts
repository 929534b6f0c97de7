import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import type { ActionResult, AlertAction } from '#model/alert.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { AlertsPort } from '../ports.ts';
import { PROBLEM_CONTENT_TYPE, problemOf } from '../problem.ts';
import { alertConflictSchema, alertDetailSchema, alertSchema, alertState, outcome, priority } from '../schemas.ts';

const tags = ['alerts'];
const params = Type.Object({ id: Type.String() });
const strict = { additionalProperties: false } as const;
const version = Type.Integer({ minimum: 0, description: 'of the alert as it was seen' });
const words = Type.String({ minLength: 1, maxLength: 2_000 });
const response = { 200: alertSchema, 409: alertConflictSchema };

export function addAlertRoutes(app: ApiApp, alerts: AlertsPort): void {
  app.get(
    '/alerts',
    {
      config: { needs: 'alerts:read', scope: { rows: 'alerts' } },
      schema: {
        summary: 'Alerts in the order in which to look at them: unacknowledged high first, then by age',
        tags,
        querystring: Type.Object(
          {
            state: Type.Optional(alertState),
            priority: Type.Optional(priority),
            pump: Type.Optional(Type.String()),
            patient: Type.Optional(Type.String()),
          },
          strict,
        ),
        response: { 200: Type.Object({ alerts: Type.Array(alertSchema) }) },
      },
    },
    async (request) => ({ alerts: [...(await alerts.list(request.query))] }),
  );

  app.get(
    '/alerts/:id',
    {
      config: { needs: 'alerts:read', scope: { param: 'id', is: 'alert' } },
      schema: { summary: 'One alert with its timeline', tags, params, response: { 200: alertDetailSchema } },
    },
    async (request) => {
      const found = await alerts.get(request.params.id);
      if (!found) throw noSuchAlert();
      return { ...found.alert, timeline: [...found.timeline] };
    },
  );

  addActions(app, alerts);
}

function addActions(app: ApiApp, alerts: AlertsPort): void {
  const config = { needs: 'alerts:act', scope: { param: 'id', is: 'alert' } } as const;
  const act = async (request: FastifyRequest, reply: FastifyReply, id: string, action: AlertAction) =>
    answer(reply, await alerts.act(id, action, identityOf(request).person));

  const ack = Type.Object({ version, note: Type.Optional(words) }, strict);
  app.post(
    '/alerts/:id/ack',
    { config, schema: { summary: 'Take responsibility for an alert', tags, params, body: ack, response } },
    (request, reply) => act(request, reply, request.params.id, { action: 'ack', ...request.body }),
  );

  const snooze = Type.Object({ version, minutes: Type.Integer({ minimum: 1, maximum: 1_440 }), reason: words }, strict);
  app.post(
    '/alerts/:id/snooze',
    {
      config,
      schema: { summary: 'Put an alert off, within the policy’s limits', tags, params, body: snooze, response },
    },
    (request, reply) => act(request, reply, request.params.id, { action: 'snooze', ...request.body }),
  );

  const assign = Type.Object({ version, to: Type.String({ minLength: 1, maxLength: 64 }) }, strict);
  app.post(
    '/alerts/:id/assign',
    { config, schema: { summary: 'Hand an alert to somebody else', tags, params, body: assign, response } },
    (request, reply) => act(request, reply, request.params.id, { action: 'assign', ...request.body }),
  );

  const note = Type.Object({ version, note: words }, strict);
  app.post(
    '/alerts/:id/note',
    { config, schema: { summary: 'Add a note', tags, params, body: note, response } },
    (request, reply) => act(request, reply, request.params.id, { action: 'note', ...request.body }),
  );

  const close = Type.Object({ version, outcome, note: Type.Optional(words) }, strict);
  app.post(
    '/alerts/:id/close',
    { config, schema: { summary: 'Close an alert with what was found', tags, params, body: close, response } },
    (request, reply) => act(request, reply, request.params.id, { action: 'close', ...request.body }),
  );
}

/** A conflict carries the alert as it is now, so that the person can decide again without another call. */
function answer(reply: FastifyReply, result: ActionResult): FastifyReply {
  switch (result.result) {
    case 'done':
      return reply.send(result.alert);
    case 'stale':
      return conflict(
        reply,
        new GatewayError('stale-version', `It is at version ${result.alert.version} now.`),
        result,
      );
    case 'not-allowed':
      return conflict(reply, new GatewayError('action-not-allowed', result.why), result);
    case 'forbidden':
      throw new GatewayError('forbidden', result.why);
    case 'not-found':
      throw noSuchAlert();
  }
}

function conflict(reply: FastifyReply, error: GatewayError, result: Extract<ActionResult, { alert: unknown }>) {
  const problem = problemOf(error);
  return reply
    .status(problem.status)
    .type(PROBLEM_CONTENT_TYPE)
    .send({ ...problem, alert: result.alert });
}

const noSuchAlert = () => new GatewayError('not-found', 'There is no alert of that id.');
