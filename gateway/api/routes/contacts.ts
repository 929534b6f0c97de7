import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { contactChannels } from '#model/contact.ts';
import { contactInputSchema, personSettingsSchema } from '#model/on-call.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import { mayDo } from '../permissions.ts';
import type { ContactsPort } from '../ports-notify.ts';

const tags = ['contacts'];
const strict = { additionalProperties: false } as const;
const config = { needs: 'signed-in', scope: 'own' } as const;
const byPerson = Type.Object({ id: Type.String() });
const byPoint = Type.Object({ id: Type.String(), point: Type.String() });
const nothing = { 204: Type.Null() };
/** Without the secret of a webhook: what was set cannot be read back. */
const point = Type.Object(
  {
    id: Type.String(),
    channel: Type.Enum([...contactChannels]),
    address: Type.String(),
    addedAt: Type.Integer(),
    confirmedAt: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
  },
  strict,
);

/** How a person can be reached. People mend their own; whoever may write the schedule mends anybody's. `me` is oneself. */
export function addContactRoutes(app: ApiApp, contacts: ContactsPort, isStaff: (name: string) => boolean): void {
  const whose = (request: FastifyRequest, id: string): string => {
    const { name, role, agency } = identityOf(request).person;
    if (id === 'me' || id === name) return name;
    if (!mayDo(role, 'on-call:write') || agency !== null)
      throw new GatewayError('forbidden', 'These are somebody else’s.');
    if (!isStaff(id)) throw new GatewayError('not-found', 'There is no such person.');
    return id;
  };

  app.get(
    '/staff/:id/contacts',
    {
      config,
      schema: {
        summary: 'Contact points, language and time zone of a person',
        tags,
        params: byPerson,
        response: {
          200: Type.Object(
            { person: Type.String(), settings: personSettingsSchema, points: Type.Array(point) },
            strict,
          ),
        },
      },
    },
    (request) => {
      const person = whose(request, request.params.id);
      return { person, settings: contacts.settings(person), points: [...contacts.points(person)] };
    },
  );
  app.post(
    '/staff/:id/contacts',
    {
      config,
      schema: {
        summary: 'Add a contact point; it is used once it is confirmed',
        tags,
        params: byPerson,
        body: contactInputSchema,
        response: { 200: point },
      },
    },
    (request) => contacts.add(whose(request, request.params.id), request.body),
  );
  app.delete(
    '/staff/:id/contacts/:point',
    { config, schema: { summary: 'Remove a contact point', tags, params: byPoint, response: nothing } },
    async (request, reply) => {
      if (!contacts.remove(whose(request, request.params.id), request.params.point))
        throw new GatewayError('not-found', '');
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/staff/:id/contacts/:point/test',
    {
      config,
      schema: {
        summary: 'Send a test page there; its link confirms the contact point',
        tags,
        params: byPoint,
        response: {
          200: Type.Object(
            { sent: Type.Boolean(), problem: Type.Unsafe<string | null>({ type: ['string', 'null'] }) },
            strict,
          ),
        },
      },
    },
    async (request) => {
      const problem = await contacts.test(whose(request, request.params.id), request.params.point);
      return { sent: problem === null, problem };
    },
  );
  app.put(
    '/staff/:id/settings',
    {
      config,
      schema: {
        summary: 'Language and time zone of messages',
        tags,
        params: byPerson,
        body: personSettingsSchema,
        response: nothing,
      },
    },
    async (request, reply) => {
      contacts.set(whose(request, request.params.id), request.body);
      return reply.status(204).send(null);
    },
  );
  app.put(
    '/staff/me/pin',
    {
      config,
      schema: {
        summary: 'Set the PIN that a call asks for',
        tags,
        body: Type.Object({ pin: Type.String({ pattern: '^\\d{4,8}$' }) }, strict),
        response: nothing,
      },
    },
    async (request, reply) => {
      await contacts.setPin(identityOf(request).person.name, request.body.pin);
      return reply.status(204).send(null);
    },
  );
}
