import type { Command } from 'commander';

/** For help and completeness: `bin/infusion-gateway hub` runs hub-cli.ts, which loads nothing but the hub. */
export function addHubCommand(program: Command): void {
  program
    .command('hub')
    .description('run a home hub: read pumps on serial lines and report to a gateway; --config names its own file')
    .option('--check', 'only read the configuration and say what is wrong with it')
    .addHelpText('after', '\ndocs/home-hub.md describes the configuration. The hub only reads: it commands no pump.')
    .action(async (options: { check?: boolean }, command: Command) => {
      const { config }: { config?: string } = command.optsWithGlobals();
      const { runHub } = await import('../hub-agent/run-hub.ts');
      await runHub(config, options.check ?? false);
    });
}
