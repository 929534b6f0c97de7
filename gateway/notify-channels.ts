import type { Clock } from '#kernel/clock.ts';
import type { StateStore } from '#kernel/state-store.ts';
import type { Channel } from '#notify/channel.ts';
import { emailChannel } from '#notify/channels/email.ts';
import { GuardedRequests } from '#notify/channels/guarded-request.ts';
import { hubChannel, type PublishRetained } from '#notify/channels/hub.ts';
import { ntfyChannel } from '#notify/channels/ntfy.ts';
import { smsChannel, voiceChannel } from '#notify/channels/phone.ts';
import { newVapidKeys, webPushChannel } from '#notify/channels/web-push.ts';
import { webhookChannel } from '#notify/channels/webhook.ts';
import { isLoopback } from './config/loopback.ts';
import type { NotifyConfig } from './config/notify-schema.ts';
import { pem } from './pem.ts';

export interface ChannelSet {
  readonly channels: readonly Channel[];
  /** With which a browser subscribes. */
  readonly pushKey: string;
  close(): Promise<void>;
}

type VapidKeys = { readonly publicKey: string; readonly privateKey: string };

/** Every way out that the configuration sets up. The keys of Web Push are made at the first start and kept. */
export function openChannels(
  config: NotifyConfig,
  store: StateStore,
  clock: Pick<Clock, 'wall'>,
  publish: PublishRetained,
): ChannelSet {
  const { smtp, phone, push } = config;
  const requests = new GuardedRequests({
    // The provider's host comes from the configuration, not from a person.
    allowHosts: [...config.allowHosts, ...(phone.url === undefined ? [] : [new URL(phone.url).hostname])],
    ...(push.ca !== undefined && { ca: pem(push.ca) }),
  });
  const keys = vapidKeysOf(store);
  const subject = push.subject ?? config.publicUrl ?? 'mailto:root@localhost';
  const channels: Channel[] = [
    webPushChannel({ subject: subject.startsWith('http:') ? 'mailto:root@localhost' : subject, ...keys, requests }),
    webhookChannel(requests, clock),
    ntfyChannel(requests, config.ntfy.token),
    hubChannel(publish),
  ];
  if (smtp.url !== undefined && smtp.from !== undefined) {
    const { dkimDomain, dkimSelector, dkimKey } = smtp;
    const signs = dkimDomain !== undefined && dkimSelector !== undefined && dkimKey !== undefined;
    channels.push(
      emailChannel({
        url: smtp.url,
        from: smtp.from,
        plainAllowed: isLoopback(new URL(smtp.url).hostname),
        ...(smtp.ca !== undefined && { ca: pem(smtp.ca) }),
        ...(signs && { dkim: { domainName: dkimDomain, keySelector: dkimSelector, privateKey: pem(dkimKey) } }),
      }),
    );
  }
  const { url, account, token, from } = phone;
  if (url !== undefined && account !== undefined && token !== undefined && from !== undefined) {
    const options = { url: url.replace(/\/+$/, ''), account, token, from, requests, clock };
    channels.push(smsChannel(options), voiceChannel(options));
  }
  return {
    channels,
    pushKey: keys.publicKey,
    close: async () => {
      await Promise.all(channels.map((channel) => channel.close()));
      requests.close();
    },
  };
}

function vapidKeysOf(store: StateStore): VapidKeys {
  return store.transact((tx) => {
    const known = tx.get<VapidKeys>('vapid', 'keys');
    if (known) return known;
    const made = newVapidKeys();
    tx.put('vapid', 'keys', made);
    return made;
  });
}
