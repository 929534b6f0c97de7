import { once } from 'node:events';
import { type ConnectionOptions, connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Admission } from '#intake/admission.ts';
import { MqttServer } from '#intake/mqtt-server.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { days, type WallMs, wallMs } from '#kernel/time.ts';
import type { CertificateAuthority } from '#registry/certificate-authority.ts';
import { HubCredentials } from '#registry/hub-credentials.ts';
import { hubKey, selfSigned } from '#support/hub-keys.ts';
import { HeldJournal } from '#support/journal-port.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { testAuthority } from '#support/test-authority.ts';
import { until } from '#support/until.ts';

/** A broker as it stands on the open Internet: closed, TLS, hubs known by certificate or password. */
const clock = new SystemClock();
const here = '127.0.0.1';
const { key, csr } = hubKey();

let disk: HeldJournal;
let server: MqttServer;
let port: number;
let authority: CertificateAuthority;
let credentials: HubCredentials;
let links: RawMqtt[];

beforeEach(async () => {
  links = [];
  disk = new HeldJournal();
  authority = await testAuthority(clock.wall());
  credentials = new HubCredentials(new MemoryStateStore(), clock, authority);
  const own = await authority.issueServer(['localhost'], clock.wall());
  server = new MqttServer(new Admission(disk, clock, () => {}), clock, silentLogger, {
    host: here,
    port: 0,
    enrolment: 'closed',
    tls: { cert: own.certificate, key: own.key, ca: authority.certificate },
    hubs: {
      ofCertificate: (certificate) => credentials.grantOfCertificate(certificate),
      ofPassword: (hub, password) => credentials.grantOfPassword(hub, password),
      stillValid: (grant) => credentials.list().some(({ hub }) => hub === grant.hub),
      mayCarry: (hub, pump) => hub.at(-1) === pump.at(-1),
    },
  });
  port = await server.listen();
});
afterEach(async () => {
  for (const link of links) link.cut();
  await server.close();
});

async function dial(options: ConnectionOptions = {}): Promise<RawMqtt> {
  const socket = connect({ port, host: here, servername: 'localhost', ca: authority.certificate, ...options });
  const link = RawMqtt.over(socket);
  links.push(link);
  await once(socket, 'secureConnect');
  return link;
}

const certificateOf = async (hub: string): Promise<string> =>
  (await credentials.claimCertificate(credentials.provision(hub), csr, here)).certificate;
const passwordOf = async (hub: string): Promise<string> =>
  (await credentials.claimPassword(credentials.provision(hub), here)).password;

async function comeIn(hub: string, clientId = 'c'): Promise<RawMqtt> {
  const link = await dial({ cert: await certificateOf(hub), key });
  link.connect(clientId);
  expect(await link.next('connack')).toMatchObject({ returnCode: 0 });
  return link;
}

/** `closed` when the link ends without an answer. */
async function answerTo(link: RawMqtt, cmd: 'connack' | 'puback' | 'suback'): Promise<unknown> {
  const packet = await Promise.race([link.next(cmd), link.closed.then(() => null)]).catch(() => null);
  if (packet === null) return 'closed';
  return packet.cmd === 'connack' ? packet.returnCode : packet.cmd === 'suback' ? packet.granted : 'acknowledged';
}

const readings = '{"boot":"b","readings":[{"seq":0,"at":1780000000000,"state":"infusing"}]}';
const status = (state: string) => `{"state":"${state}","boot":"b","at":1780000000000}`;
const stored = () => disk.journal.readAfter(0, 100).map((entry) => `${entry.hub} ${entry.kind}`);
const refused = () => disk.journal.quarantinePage(0, 100).quarantine.map(({ code, topic }) => `${code} ${topic}`);

describe('who comes in', () => {
  it('a certificate of ours, or a password; nothing else', async () => {
    const link = await comeIn('hub-a');
    link.publish('infusion/v1/hub-a/pump-a/readings', readings);
    expect(await answerTo(link, 'puback')).toBe('acknowledged');
    expect(stored()).toEqual(['hub-a reading']);

    const password = await passwordOf('hub-w');
    for (const [said, answer] of [
      [password, 0],
      ['wrong', 5],
    ] as const) {
      const other = await dial();
      other.connect('c', { username: 'hub-w', password: said });
      expect(await answerTo(other, 'connack')).toBe(answer);
    }
    const nobody = await dial();
    nobody.connect('c');
    expect(await answerTo(nobody, 'connack')).toBe(5);
    const old = dial({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(old).rejects.toThrow();
  });

  it('no certificate that is expired, revoked, of another authority or its own', async () => {
    const ago = (time: number): WallMs => wallMs(clock.wall() - time);
    const expired = await authority.issueHub(csr, 'hub-a', ago(days(91)));
    const unknown = await authority.issueHub(csr, 'hub-a', clock.wall());
    const foreign = await (await testAuthority(clock.wall())).issueHub(csr, 'hub-a', clock.wall());
    const own = selfSigned('hub-a');
    const revoked = await certificateOf('hub-r');
    credentials.revoke('hub-r');
    for (const shown of [
      { cert: expired.certificate, key },
      { cert: unknown.certificate, key },
      { cert: foreign.certificate, key },
      { cert: own.certificate, key: own.key },
      { cert: revoked, key },
    ]) {
      const link = await dial(shown).catch(() => null);
      if (link === null) continue;
      link.connect('c', { username: 'hub-a', password: await passwordOf('hub-a') });
      expect(await answerTo(link, 'connack')).toBe('closed');
    }
    expect(server.stats.connections).toBe(0);
  });

  it('a revocation cuts the live link', async () => {
    const link = await comeIn('hub-a');
    credentials.revoke('hub-a');
    await link.closed;
  });
});

describe('hub A cannot speak as hub B', () => {
  it('by its user name, its readings, status or commands, retained or not', async () => {
    const named = await dial({ cert: await certificateOf('hub-a'), key });
    named.connect('c', { username: 'hub-b' });
    expect(await answerTo(named, 'connack')).toBe(5);
    for (const topic of [
      'infusion/v1/hub-b/pump-b/readings',
      'infusion/v1/hub-b/status',
      'infusion/v1/hub-b/command',
      'infusion/v1/hub-a/command',
      'infusion/v1/hub-a/../hub-b/status',
      '$SYS/x',
    ]) {
      for (const options of [{ qos: 0 }, { qos: 1 }, { qos: 1, retain: true }, { qos: 2 }] as const) {
        const link = await comeIn('hub-a');
        link.publish(topic, topic.endsWith('status') ? status('online') : readings, options);
        await link.closed;
      }
    }
    expect(stored()).toEqual([]);
    expect(new Set(refused().map((one) => one.split(' ')[0]))).toEqual(new Set(['forbidden-topic']));
  });

  it('by the pump of another: refused alone, the rest of the link goes on', async () => {
    const link = await comeIn('hub-a');
    link.publish('infusion/v1/hub-a/pump-b/readings', readings, { id: 1 });
    expect(await answerTo(link, 'puback')).toBe('acknowledged');
    link.publish('infusion/v1/hub-a/pump-a/readings', readings, { id: 2 });
    expect(await answerTo(link, 'puback')).toBe('acknowledged');
    expect(stored()).toEqual(['hub-a reading']);
    expect(refused()).toEqual(['forbidden-topic infusion/v1/hub-a/pump-b/readings']);
  });

  it('by its last will', async () => {
    const link = await dial({ cert: await certificateOf('hub-a'), key });
    link.connect('c', { will: { topic: 'infusion/v1/hub-b/status', payload: status('offline') } });
    expect(await answerTo(link, 'connack')).toBe(5);
  });

  it('by listening', async () => {
    const link = await comeIn('hub-a');
    const topics = [
      'infusion/v1/hub-b/command',
      'infusion/v1/+/command',
      'infusion/v1/#',
      '#',
      '$share/g/infusion/v1/hub-b/command',
      'infusion/v1/hub-a/command',
    ];
    const subscriptions = topics.map((topic) => ({ topic, qos: 1 as const }));
    link.send({ cmd: 'subscribe', messageId: 7, subscriptions });
    expect(await answerTo(link, 'suback')).toEqual([128, 128, 128, 128, 128, 1]);
  });

  it('by its client id: each hub has names of its own', async () => {
    const b = await comeIn('hub-b', 'the-same');
    const a = await comeIn('hub-a', 'the-same');
    const sneaky = await comeIn('hub-a', 'hub-b/the-same');
    for (const [link, hub] of [
      [b, 'b'],
      [a, 'a'],
      [sneaky, 'a'],
    ] as const) {
      link.publish(`infusion/v1/hub-${hub}/status`, status('online'));
      expect(await answerTo(link, 'puback')).toBe('acknowledged');
    }
    const again = await comeIn('hub-b', 'the-same');
    await b.closed;
    expect(server.stats.connections).toBe(3);
    again.cut();
    await until('the link is gone', () => server.stats.connections === 2);
  });
});
