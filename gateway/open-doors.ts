import { hostname } from 'node:os';
import type { HubDirectory, LinkGrant } from '#intake/link-identities.ts';
import type { MqttTls } from '#intake/mqtt-tls.ts';
import type { Clock } from '#kernel/clock.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { CertificateAuthority } from '#registry/certificate-authority.ts';
import { HubCredentials, type HubGrant } from '#registry/hub-credentials.ts';
import { KeyFolder } from '#registry/key-folder.ts';
import { pumpsOfHubs } from '#registry/pumps-of-hubs.ts';
import type { Registry } from '#registry/registry.ts';
import type { Config } from './config/schema.ts';
import { keysDirOf } from './keys.ts';
import { pem } from './pem.ts';

/** Who hubs are, and how the gateway shows who it is. */
export interface Doors {
  readonly credentials: HubCredentials;
  readonly hubs: HubDirectory;
  readonly tls?: MqttTls;
  readonly http: { readonly tls?: { readonly cert: string; readonly key: string } };
}

export async function openDoors(config: Config, store: StateStore, registry: Registry, clock: Clock): Promise<Doors> {
  const authority = await CertificateAuthority.open(new KeyFolder(keysDirOf(config)), clock.wall());
  const credentials = new HubCredentials(store, clock, authority);
  const shown = await certificateOf(config, authority, clock);
  return {
    credentials,
    hubs: directoryOf(credentials, registry, clock),
    ...(shown && { tls: { ...shown, ca: authority.certificate } }),
    http: shown && !config.http.behindProxy ? { tls: shown } : {},
  };
}

async function certificateOf(
  { tls, http, mqtt }: Config,
  authority: CertificateAuthority,
  clock: Clock,
): Promise<{ readonly cert: string; readonly key: string } | undefined> {
  if (tls.cert !== undefined && tls.key !== undefined) return { cert: pem(tls.cert), key: pem(tls.key) };
  if (tls.mode !== 'own') return undefined;
  const named = tls.names?.split(',').map((name) => name.trim()) ?? [hostname(), http.host, mqtt.host];
  const { certificate, key } = await authority.issueServer(
    [...new Set([...named, 'localhost', '127.0.0.1'])],
    clock.wall(),
  );
  return { cert: certificate, key };
}

function directoryOf(credentials: HubCredentials, registry: Registry, clock: Clock): HubDirectory {
  const grants = new WeakMap<LinkGrant, HubGrant>();
  const kept = (grant: HubGrant | null): LinkGrant | null => {
    if (grant) grants.set(grant, grant);
    return grant;
  };
  return {
    ofCertificate: (certificate) => kept(credentials.grantOfCertificate(certificate)),
    ofPassword: async (hub, password) => kept(await credentials.grantOfPassword(hub, password)),
    stillValid: (grant) => {
      const known = grants.get(grant);
      return known !== undefined && credentials.stillValid(known);
    },
    mayCarry: pumpsOfHubs(registry, clock),
  };
}
