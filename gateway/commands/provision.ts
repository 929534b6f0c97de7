import type { Command } from 'commander';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { localDateAt } from '#model/calendar.ts';
import { CertificateAuthority } from '#registry/certificate-authority.ts';
import { HubCredentials } from '#registry/hub-credentials.ts';
import { KeyFolder } from '#registry/key-folder.ts';
import { Registry } from '#registry/registry.ts';
import { keysDirOf } from '../keys.ts';
import { configOf, print } from './common.ts';

interface DeviceOptions {
  readonly id: string;
  readonly agency?: string;
  readonly model?: string;
  readonly serial?: string;
  readonly json?: boolean;
}

/** What the commands stand on; they work beside a running gateway. */
interface Devices {
  readonly registry: Registry;
  readonly credentials: HubCredentials;
  readonly today: string;
}

const BY = 'command line';

export function addProvisionCommand(program: Command): void {
  const provision = program
    .command('provision')
    .description('let a hub or pump in; works whether the gateway is running or not');
  device(
    provision
      .command('hub')
      .description('put a hub into the registry and print its one-time claim code, good for ten minutes'),
  )
    .option('--json', 'print {"hub","code"}')
    .action((options: DeviceOptions, command: Command) =>
      withDevices(command, async ({ registry, credentials, today }) => {
        register(registry, 'hubs', options, today);
        const code = credentials.provision(options.id);
        await print(options.json ? `${JSON.stringify({ hub: options.id, code })}\n` : `${code}\n`);
      }),
    );
  device(provision.command('pump').description('put a pump into the registry; hubs of its agency may carry it'))
    .option('--json', 'print {"pump"}')
    .action((options: DeviceOptions, command: Command) =>
      withDevices(command, async ({ registry, today }) => {
        register(registry, 'pumps', options, today);
        await print(options.json ? `${JSON.stringify({ pump: options.id })}\n` : `${options.id} may report\n`);
      }),
    );
  provision
    .command('authority')
    .description('print the certificate of the gateway’s own authority (PEM), which hubs trust')
    .action((_options: object, command: Command) =>
      withDevices(command, ({ credentials }) => print(`${credentials.authority}\n`)),
    );
  program
    .command('revoke')
    .description('end every certificate, password and claim code of a hub; a live link is cut within seconds')
    .argument('<hub>')
    .action((hub: string, _options: object, command: Command) =>
      withDevices(command, ({ credentials }) =>
        print(credentials.revoke(hub) ? `${hub} is revoked\n` : `${hub} had no credentials\n`),
      ),
    );
}

const device = (command: Command): Command =>
  command
    .requiredOption('--id <id>', 'as it names itself in its topics')
    .option('--agency <id>', 'whose it is; made when it is not in the registry yet', 'home')
    .option('--model <model>')
    .option('--serial <serial>');

/** A device that is there keeps its record. */
function register(registry: Registry, kind: 'hubs' | 'pumps', options: DeviceOptions, today: string): void {
  const { id, agency = 'home', model = null, serial = null } = options;
  if (registry.get(kind, id)) return;
  if (!registry.get('agencies', agency)) {
    registry.put('agencies', { id: agency, name: agency, zone: 'UTC', from: today, to: null }, { by: BY });
  }
  registry.put(kind, { id, agency, model, serial, from: today, to: null }, { by: BY });
}

async function withDevices(command: Command, use: (devices: Devices) => Promise<void>): Promise<void> {
  const config = configOf(command);
  const files = prepareDataDir(config.dataDir);
  const clock = new SystemClock();
  const accessStore = new SqliteStateStore(files.access);
  const registryStore = new SqliteStateStore(files.registry);
  try {
    const authority = await CertificateAuthority.open(new KeyFolder(keysDirOf(config)), clock.wall());
    await use({
      registry: new Registry(registryStore, clock),
      credentials: new HubCredentials(accessStore, clock, authority),
      today: localDateAt(clock.wall(), 'UTC'),
    });
  } finally {
    accessStore.close();
    registryStore.close();
  }
}
