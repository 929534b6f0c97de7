import type { Command } from 'commander';
import { signInLink } from '#api/sign-in-link.ts';
import { messageOf } from '#kernel/errors.ts';
import { createLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { seconds } from '#kernel/time.ts';
import { startGateway } from '../main.ts';
import { configOf, print } from './common.ts';

/** Ends by itself if closing down hangs: what is durable is durable, and hubs send the rest again. */
const CLOSING_LIMIT = seconds(10);

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run the gateway; prints one line that begins "ready" when its doors are open')
    .option('--sign-in-link <name>', 'also print a one-time sign-in link for this person, with role admin')
    .action(async (options: { signInLink?: string }, command: Command) => {
      const config = configOf(command);
      const clock = new SystemClock();
      const log = createLogger(config.logLevel);
      const die = (error: unknown) => {
        log.fatal(
          { reason: messageOf(error) },
          'a part of the gateway failed; it ends so that its keeper starts it anew',
        );
        process.exit(1);
      };
      // Heard from the beginning: whoever asks while it starts gets an orderly end, too.
      const asked = stopSignal();
      const gateway = await startGateway(config, clock, log, die);
      await print(`ready ${[gateway.httpUrl, gateway.mqttUrl, ...gateway.serialLines].join(' ')}\n`);
      if (options.signInLink !== undefined) {
        const token = gateway.access.addLink(options.signInLink, 'admin');
        await print(`sign in ${signInLink(gateway.httpUrl, token)}\n`);
      }
      const first = gateway.access.firstAdminLink();
      if (first !== undefined)
        await print(`first sign-in, within an hour, as admin: ${signInLink(gateway.httpUrl, first)}\n`);
      await asked;
      log.info({}, 'closing down');
      clock.after(CLOSING_LIMIT, 'closing-limit', () => die(new Error('closing down took too long')));
      await gateway.stop();
      process.exit(0);
    });
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
