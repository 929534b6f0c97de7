import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { sayFailure } from './failure.ts';

/** The command line without its commands. */
export const baseProgram = (): Command =>
  new Command('infusion-gateway')
    .description(
      'Telemetry gateway for home infusion pumps: durable intake, time series, nurse alerts, service records.',
    )
    .version(version)
    .option('--config <file>', 'TOML or JSON configuration file; INFUSION_… variables win over it')
    .exitOverride()
    .showHelpAfterError('(infusion-gateway --help lists the commands)');

/** Runs what was called. What commander has to say it has said by itself. */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    sayFailure(error);
  }
}
