import Type from 'typebox';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { AlarmLoadPort, HandoverPort } from '../ports-notify.ts';
import { priority } from '../schemas.ts';

const strict = { additionalProperties: false } as const;
const instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const maybeText = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const maybeInstant = Type.Unsafe<number | null>({ type: ['integer', 'null'] });
const words = Type.String({ maxLength: 4_000 });

const item = Type.Object(
  {
    alert: Type.String(),
    priority,
    patient: maybeText,
    text: Type.String(),
    response: Type.String(),
    missed: Type.Boolean(),
    since: instant,
    acknowledgedBy: maybeText,
    nextStepAt: maybeInstant,
  },
  strict,
);
const handover = Type.Object(
  {
    shiftFrom: instant,
    outgoing: Type.String(),
    incoming: Type.String(),
    signedAt: instant,
    note: words,
    items: Type.Array(item),
    acceptedAt: maybeInstant,
    synthesis: maybeText,
  },
  strict,
);
const due = Type.Object({ shiftFrom: instant, outgoing: Type.String(), incoming: Type.String() }, strict);

/** At a change of shift: the list in I-PASS order, signed by who goes and accepted by who comes. */
export function addHandoverRoutes(app: ApiApp, handovers: HandoverPort): void {
  const tags = ['handover'];
  const config = { needs: 'alerts:act', scope: 'own' } as const;
  app.get(
    '/handover',
    {
      config: { needs: 'alerts:read', scope: { rows: 'items' } },
      schema: {
        summary: 'The handover that is due, what goes over (the sickest first), and the signed one',
        tags,
        response: {
          200: Type.Object(
            {
              due: Type.Union([due, Type.Null()]),
              items: Type.Array(item),
              signed: Type.Union([handover, Type.Null()]),
            },
            strict,
          ),
        },
      },
    },
    async (request) => handovers.now(identityOf(request).person),
  );
  app.post(
    '/handover/sign',
    {
      config,
      schema: {
        summary: 'Hand over, as the outgoing nurse',
        tags,
        body: Type.Object({ note: words }, strict),
        response: { 200: handover },
      },
    },
    async (request) => handovers.sign(identityOf(request).person, request.body.note),
  );
  app.post(
    '/handover/accept',
    {
      config,
      schema: {
        summary: 'Accept, as the incoming nurse; every urgent item is named',
        tags,
        body: Type.Object({ accepted: Type.Array(Type.String(), { maxItems: 1_000 }), synthesis: words }, strict),
        response: { 200: handover },
      },
    },
    async (request) => handovers.accept(identityOf(request).person, request.body.accepted, request.body.synthesis),
  );
}

const count = Type.Integer();
export function addAlarmLoadRoute(app: ApiApp, load: AlarmLoadPort): void {
  app.get(
    '/alarm-load',
    {
      config: { needs: 'on-call:write' },
      schema: {
        summary: 'How much alarms asked of people: pages by shift, what was done, time to reply, the noisiest, chatter',
        tags: ['alerts'],
        querystring: Type.Object({ from: instant, to: instant }, strict),
        response: {
          200: Type.Object(
            {
              from: instant,
              to: instant,
              alerts: count,
              shifts: Type.Array(Type.Object({ person: Type.String(), begins: instant, pages: count }, strict)),
              byPriority: Type.Array(
                Type.Object(
                  {
                    priority,
                    alerts: count,
                    closed: count,
                    actionableShare: Type.Unsafe<number | null>({ type: ['number', 'null'] }),
                    replyP50Ms: maybeInstant,
                    replyP90Ms: maybeInstant,
                    unansweredAt15Min: count,
                  },
                  strict,
                ),
              ),
              noisiest: Type.Array(Type.Object({ of: Type.String(), alerts: count }, strict)),
              chatter: Type.Array(
                Type.Object({ alert: Type.String(), pump: maybeText, code: Type.String(), count }, strict),
              ),
            },
            strict,
          ),
        },
      },
    },
    async (request) => load.report(request.query.from, request.query.to),
  );
}
