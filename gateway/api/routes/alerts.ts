import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type TProperties } from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import type { ActionResult, AlertAction } from '#model/alert.ts';
import type { Explanation } from '#model/explanation.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { AlertsPort } from '../ports.ts';
import type { NoticesPort } from '../ports-notify.ts';
import { PROBLEM_CONTENT_TYPE, problemOf } from '../problem.ts';
import { alertConflictSchema, alertDetailSchema, alertSchema, alertState, outcome, priority } from '../schemas.ts';

const tags = ['alerts'];
const params = Type.Object({ id: Type.String() });
const strict = { additionalProperties: false } as const;
const version = Type.Integer({ minimum: 0, description: 'of the alert as it was seen' });
const words = Type.String({ minLength: 1, maxLength: 2_000 });
const response = { 200: alertSchema, 409: alertConflictSchema };

export function addAlertRoutes(app: ApiApp, alerts: AlertsPort, notices: Pick<NoticesPort, 'deliveriesOf'>): void {
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
      schema: {
        summary: 'One alert with its timeline and how far each message about it got',
        tags,
        params,
        response: { 200: alertDetailSchema },
      },
    },
    async (request) => {
      const found = await alerts.get(request.params.id);
      if (!found) throw noSuchAlert();
      const deliveries = [...(await notices.deliveriesOf(found.alert.id))];
      return { ...found.alert, ...explained(found), deliveries };
    },
  );

  addActions(app, alerts);
}

const explained = ({ rule, timeline, evidence, pages }: Omit<Explanation, 'deliveries'>) => ({
  rule,
  timeline: [...timeline],
  evidence: [...evidence],
  pages: pages.map((page) => ({ ...page })),
});

/** What each action takes beside the version. */
const takes = <T extends TProperties>(summary: string, fields: T) => ({
  config: { needs: 'alerts:act', scope: { param: 'id', is: 'alert' } } as const,
  schema: { summary, tags, params, body: Type.Object({ version, ...fields }, strict), response },
});
const maybeNote = { note: Type.Optional(words) };
const minutes = (maximum: number) => Type.Integer({ minimum: 1, maximum });

function addActions(app: ApiApp, alerts: AlertsPort): void {
  const act = async (request: FastifyRequest, reply: FastifyReply, id: string, action: AlertAction) =>
    answer(reply, await alerts.act(id, action, identityOf(request).person));

  app.post('/alerts/:id/ack', takes('Take responsibility for an alert', maybeNote), (request, reply) =>
    act(request, reply, request.params.id, { action: 'ack', ...request.body }),
  );
  app.post(
    '/alerts/:id/snooze',
    takes('Put an alert off, within the policy’s limits', { minutes: minutes(1_440), reason: words }),
    (request, reply) => act(request, reply, request.params.id, { action: 'snooze', ...request.body }),
  );
  app.post(
    '/alerts/:id/assign',
    takes('Ask somebody else to take an alert over', { to: Type.String({ minLength: 1, maxLength: 64 }) }),
    (request, reply) => act(request, reply, request.params.id, { action: 'assign', ...request.body }),
  );
  app.post('/alerts/:id/accept', takes('Take over an alert that was assigned to you', maybeNote), (request, reply) =>
    act(request, reply, request.params.id, { action: 'accept', ...request.body }),
  );
  app.post(
    '/alerts/:id/decline',
    takes('Say that you cannot take it: the next person is called at once', { reason: Type.Optional(words) }),
    (request, reply) => act(request, reply, request.params.id, { action: 'decline', ...request.body }),
  );
  app.post(
    '/alerts/:id/shelve',
    takes('Put an alert aside for longer; for a supervisor, never one of high priority', {
      minutes: minutes(43_200),
      reason: words,
    }),
    (request, reply) => act(request, reply, request.params.id, { action: 'shelve', ...request.body }),
  );
  app.post('/alerts/:id/unshelve', takes('Take an alert off the shelf', {}), (request, reply) =>
    act(request, reply, request.params.id, { action: 'unshelve', ...request.body }),
  );
  app.post('/alerts/:id/note', takes('Add a note', { note: words }), (request, reply) =>
    act(request, reply, request.params.id, { action: 'note', ...request.body }),
  );
  app.post(
    '/alerts/:id/close',
    takes('Close an alert with what was found', { outcome, ...maybeNote }),
    (request, reply) => act(request, reply, request.params.id, { action: 'close', ...request.body }),
  );
  app.post('/alerts/:id/undo', takes('Take back your own last act within a minute', {}), (request, reply) =>
    act(request, reply, request.params.id, { action: 'undo', ...request.body }),
  );
  app.post(
    '/alerts/:id/retire',
    takes('End an alert whose source will not be heard again; for a supervisor', { reason: words }),
    (request, reply) => act(request, reply, request.params.id, { action: 'retire', ...request.body }),
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
