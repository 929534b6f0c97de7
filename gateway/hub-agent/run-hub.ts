import { GatewayError, messageOf } from '#kernel/errors.ts';
import { createLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { seconds } from '#kernel/time.ts';
import { readHubConfig } from './hub-config.ts';
import { startHub } from './start-hub.ts';

const CLOSING_LIMIT = seconds(10);

/** Runs the hub of a configuration file until it is told to stop, or only looks at the file. @throws GatewayError */
export async function runHub(file: string | undefined, checkOnly: boolean): Promise<void> {
  if (file === undefined) throw new GatewayError('config-invalid', '\n  --config: name the file of this hub');
  const config = readHubConfig(file);
  if (checkOnly) {
    process.stdout.write(`${file} is good: hub ${config.hub}, pumps ${config.pumps.map(({ id }) => id).join(', ')}\n`);
    return;
  }
  const clock = new SystemClock();
  const log = createLogger(config.logLevel ?? 'info');
  const asked = stopSignal();
  const hub = startHub(config, clock, log);
  process.stdout.write(`ready hub ${config.hub} boot ${hub.boot} ${config.uplink.url}\n`);
  // Timers alone do not keep a process alive, and a hub without a network has nothing else.
  const { port1 } = new MessageChannel();
  port1.ref();
  await asked;
  clock.after(CLOSING_LIMIT, 'closing-limit', () => process.exit(0));
  await hub.stop().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'closing down'));
  process.exit(0);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
