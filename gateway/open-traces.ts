import type { NotifyPort } from '#api/ports-notify.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/log.ts';
import { TraceExporter } from '#traces/trace-exporter.ts';
import type { Config } from './config/schema.ts';
import type { WatchClient } from './threads/watch-client.ts';
import { version } from './version.ts';

/** Tells a collector of each alert, where one is configured. */
export function openTraces(
  { traces: { url } }: Config,
  watch: WatchClient,
  notices: Pick<NotifyPort['notices'], 'deliveriesOf'>,
  clock: Clock,
  log: Logger,
): { stop(): void } {
  if (url === undefined) return { stop: () => {} };
  const explain = async (id: string) => {
    const found = await watch.alert(id);
    return found && { ...found, deliveries: await notices.deliveriesOf(id) };
  };
  const exporter = new TraceExporter({ url, version, explain }, clock, log);
  const unsubscribe = watch.onAlert(({ event }) => exporter.heard(event.alert));
  return {
    stop: () => {
      unsubscribe();
      exporter.stop();
    },
  };
}
