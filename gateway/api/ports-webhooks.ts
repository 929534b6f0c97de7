import type { WebhookInput, WebhookView } from '#model/webhook.ts';

/** Subscriptions of third parties to events of alerts. */
export interface WebhooksPort {
  list(): readonly WebhookView[];
  get(id: string): WebhookView | undefined;
  /** The secret only for a new one. @throws GatewayError `version-conflict`, `bad-request` */
  put(
    id: string,
    input: WebhookInput,
    by: { readonly person: string; readonly version: number },
  ): { readonly webhook: WebhookView; readonly secret: string | null };
  /** @throws GatewayError `not-found`, `version-conflict`, `bad-request` */
  end(id: string, version: number): void;
}
