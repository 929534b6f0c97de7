import Type from 'typebox';
import type { ApiApp } from '../api-app.ts';
import type { AlertsPort } from '../ports.ts';
import type { NoticesPort } from '../ports-notify.ts';

const maybe = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

/** Alerts that nobody has answered and whose messages reached nobody: the first thing to look at when a phone is silent. */
export function addUnreachedRoute(app: ApiApp, alerts: AlertsPort, notices: NoticesPort): void {
  app.get(
    '/unreached',
    {
      config: { needs: 'alerts:read', scope: { rows: 'unreached' } },
      schema: {
        summary: 'Alerts that wait for somebody and whose pages have reached nobody',
        tags: ['alerts'],
        response: {
          200: Type.Object({
            unreached: Type.Array(
              Type.Object({
                alert: Type.String(),
                pump: maybe('where it is'),
                hub: maybe('where it is'),
                patient: maybe('whose it is'),
                since: Type.Integer({ description: 'when the first message was queued, Unix ms' }),
                tries: Type.Integer(),
                problem: maybe('why the last message that failed did'),
              }),
            ),
          }),
        },
      },
    },
    async () => {
      const waiting = (await alerts.list({ state: 'open' })).filter(({ response }) => response === 'unacknowledged');
      const found = new Map(await notices.unreached(waiting.map(({ id }) => id)));
      const unreached = waiting.flatMap(({ id, pump, hub, patient }) => {
        const known = found.get(id);
        return known === undefined ? [] : [{ alert: id, pump, hub, patient, ...known }];
      });
      return { unreached };
    },
  );
}
