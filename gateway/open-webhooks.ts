import type { AlertPolicy } from '#alerts/policy.ts';
import type { WebhooksPort } from '#api/ports-webhooks.ts';
import { type ScopePort, sightOf } from '#api/scope.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { AddressRefused, GuardedRequests } from '#notify/channels/guarded-request.ts';
import { WebhookDeliverer } from '#notify/webhooks/deliverer.ts';
import { WebhookSubscriptions } from '#notify/webhooks/subscriptions.ts';
import { KeyFolder } from '#registry/key-folder.ts';
import { openText, sealText } from '#registry/sealed-text.ts';
import type { Ward } from './canary.ts';
import type { Config } from './config/schema.ts';
import { keysDirOf } from './keys.ts';
import { raiseTechnicalAlerts } from './technical-alerts.ts';
import type { WatchClient } from './threads/watch-client.ts';

export interface WebhookSources {
  readonly config: Config;
  readonly store: StateStore;
  readonly ward: Ward;
  readonly technical: { readonly watch: Pick<WatchClient, 'technical'>; readonly policy: AlertPolicy['technical'] };
  readonly scope: ScopePort;
  readonly clock: Clock;
  readonly log: Logger;
}

const DISABLED = 'webhook-disabled';

/** Tells third parties of events of alerts, but none of the synthetic hub's. */
export function openWebhooks({ config, store, ward, technical, scope, clock, log }: WebhookSources): {
  readonly port: WebhooksPort;
  stop(): void;
} {
  const folder = new KeyFolder(keysDirOf(config));
  const subscriptions = new WebhookSubscriptions(store, clock, {
    seal: (text, bound) => sealText(folder.secret('webhooks'), text, bound),
    open: (sealed, bound) => openText(folder.secret('webhooks'), sealed, bound),
  });
  const requests = new GuardedRequests({ allowHosts: config.notify.allowHosts });
  const deliverer = new WebhookDeliverer({
    subscriptions,
    eventsAfter: (position, limit) => ward.eventsAfter(position, limit),
    sees: (agency, alert) => sightOf({ name: 'webhook', role: 'supervisor', agency }, scope).sees(alert),
    requests,
    clock,
    random: systemRandom,
    log,
  });
  const unhear = ward.onAlert(() => deliverer.wake());
  const problems = () => {
    const ids = subscriptions.list().flatMap(({ id, state }) => (state === 'disabled' ? [id] : []));
    const says = `These webhooks failed for too long and are disabled: ${ids.join(', ')}.`;
    return ids.length === 0 ? [] : [{ code: DISABLED, says, next: 'Mend the receiver, then write the webhook again.' }];
  };
  const raising = raiseTechnicalAlerts({ codes: [DISABLED], problems, ...technical }, clock, log);
  deliverer.wake();
  return {
    port: {
      list: () => subscriptions.list(),
      get: (id) => subscriptions.get(id),
      put: (id, input, by) => {
        checkUrl(requests, input.url);
        const made = subscriptions.put(id, input, { ...by, position: ward.lastPosition });
        deliverer.changed(id);
        return made;
      },
      end: (id, version) => {
        subscriptions.end(id, version);
        deliverer.changed(id);
      },
    },
    stop: () => {
      unhear();
      raising.cancel();
      deliverer.stop();
      requests.close();
    },
  };
}

function checkUrl(requests: GuardedRequests, text: string): void {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new GatewayError('bad-request', 'The address is no web address.');
  try {
    requests.check(url);
  } catch (error) {
    if (error instanceof AddressRefused)
      throw new GatewayError('bad-request', `This address is refused: ${error.message}.`);
    throw error;
  }
}
