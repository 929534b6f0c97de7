import { alertTopic } from '#codec/topics.ts';
import { messageOf } from '#kernel/errors.ts';
import { accepted, type Channel, failed } from '../channel.ts';

/** Publishes a retained message, and resolves when the broker has it. */
export type PublishRetained = (topic: string, payload: string) => Promise<void>;

/** The board of a home hub: `infusion/v1/{hub}/alert`, retained, always the whole state. */
export const hubChannel = (publish: PublishRetained): Channel => ({
  kind: 'hub',
  concurrency: 16,
  perPerson: { kind: 'none' },
  send: async ({ hub }) => {
    if (hub === null) return failed('no hub', true);
    try {
      await publish(alertTopic(hub.id), JSON.stringify({ alerts: hub.board }));
      return accepted();
    } catch (error) {
      return failed(messageOf(error));
    }
  },
  close: async () => {},
});
