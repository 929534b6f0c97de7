import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { ApiApp } from '../api-app.ts';
import type { EventHub } from '../event-hub.ts';
import { type EventTopic, eventTopics } from '../event-stream.ts';
import { type Identity, identityOf } from '../guard.ts';
import { mayDo, type Permission } from '../permissions.ts';
import { sightIn } from '../scope.ts';

const POSITION = /^\d{1,15}$/;

const topicNeeds: Readonly<Record<EventTopic, Permission>> = {
  alert: 'alerts:read',
  fleet: 'fleet:read',
  system: 'system:read',
};

const description = `\`alert\`: one row of the alert log, \`{"position","event"}\`, with the position as its id.
\`fleet\`: hubs and pumps that changed, at most once a second. \`system\`: state of the gateway when it changed.
\`hello\`: \`{"position"}\` where a stream begins that does not resume. Open the stream first and read /pumps and /alerts
then, so that nothing falls between. A comment comes every 10 s.`;

export function addEventRoute(app: ApiApp, hub: EventHub, log: Logger): void {
  app.get(
    '/events',
    {
      config: { needs: 'alerts:read', scope: 'own', audit: 'when-opened' },
      // A HEAD would open a stream that nobody reads.
      exposeHeadRoute: false,
      schema: {
        summary: 'Server-sent events; Last-Event-ID resumes without a gap',
        description,
        tags: ['events'],
        produces: ['text/event-stream'],
        querystring: Type.Object(
          {
            lastEventId: Type.Optional(
              Type.String({ pattern: POSITION.source, description: 'where the header cannot be set; the header wins' }),
            ),
            topics: Type.Optional(
              Type.String({
                pattern: `^(${eventTopics.join('|')})(,(${eventTopics.join('|')}))*$`,
                description: 'comma-separated; all if absent',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.String() },
      },
    },
    (request, reply) => {
      const after = lastSeen(request, request.query.lastEventId);
      const identity = identityOf(request);
      const sight = sightIn(request);
      const asked = request.query.topics?.split(',') ?? eventTopics;
      const topics = new Set(
        eventTopics.filter((topic) => asked.includes(topic) && mayDo(identity.person.role, topicNeeds[topic])),
      );
      hub.assertRoom();
      reply.hijack();
      const out = reply.raw;
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) out.setHeader(name, value);
      }
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        // Kept by nobody on the way, and by a proxy not even for a moment.
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
        connection: 'close',
      });
      out.socket?.setNoDelay(true);
      hub.attach(out, after, topics, { sight, stillAllowed: () => stillAllowed(identity, log) });
    },
  );
}

/** The browser's own header first: on a reconnect the address still holds the id of long ago. */
function lastSeen(request: FastifyRequest, fromQuery: string | undefined): number | undefined {
  const header = request.headers['last-event-id'];
  const id = header === undefined || header === '' ? fromQuery : String(header);
  if (id === undefined) return undefined;
  if (!POSITION.test(id)) throw new GatewayError('bad-request', 'Last-Event-ID must be an id of this stream.');
  return Number(id);
}

/** When the records cannot be read, whoever was let in stays: missing an alert is the worse mistake. */
function stillAllowed(identity: Identity, log: Logger): boolean {
  try {
    return identity.stillValid();
  } catch (thrown) {
    log.warn({ err: thrown }, 'The right to a live stream could not be checked again.');
    return true;
  }
}
