import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { generate, type IConnectPacket, type Packet } from 'mqtt-packet';
import { loadConfig } from '#gateway/config/load.ts';
import { Admission } from '#intake/admission.ts';
import { MqttServer } from '#intake/mqtt-server.ts';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { sampleAlert } from '#support/api-samples.ts';
import { buildTwinApi } from '#support/api-twins.ts';
import { reading, T0 } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { TempDir } from '#support/temp-dir.ts';
import type { FuzzTarget } from './fuzz.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const readings = JSON.stringify({ boot: 'boot-1', readings: [reading(0), reading(1)] });
const status = JSON.stringify({ state: 'offline', boot: 'b', at: T0 });
const said = { topic: 'infusion/v1/hub-1/pump-1/readings', dup: false, retain: false, payload: readings };

const stream = (...packets: readonly Packet[]): Buffer => Buffer.concat(packets.map((packet) => generate(packet)));
const connectPacket = (more: Partial<IConnectPacket> = {}): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clientId: 'c',
  clean: true,
  keepalive: 60,
  ...more,
});

const mqttSeeds = [
  stream(
    connectPacket({ will: { topic: 'infusion/v1/hub-1/status', payload: bytes(status), qos: 1, retain: true } }),
    { ...said, cmd: 'publish', qos: 1, messageId: 1 },
    { ...said, cmd: 'publish', qos: 0 },
    { cmd: 'pingreq' },
    { cmd: 'disconnect' },
  ),
  stream(
    connectPacket({ clean: false, username: 'hub-1', password: bytes('x') }),
    { ...said, cmd: 'publish', qos: 2, messageId: 2 },
    { cmd: 'pubrel', messageId: 2 },
    { cmd: 'pubrec', messageId: 9 },
  ),
  stream(
    connectPacket(),
    { cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'infusion/v1/#', qos: 1 }] },
    { cmd: 'unsubscribe', messageId: 4, unsubscriptions: ['infusion/v1/#'] },
    { ...said, cmd: 'publish', qos: 1, messageId: 5, topic: 'infusion/v1/hub-1/status', payload: status, retain: true },
    { cmd: 'puback', messageId: 5 },
  ),
];

/** Sends bytes, ends its side, and waits until the other side did the same. Answers what came back. */
async function exchange(port: number, input: Uint8Array): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const parts: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (part: Buffer) => void parts.push(part));
  const closed = once(socket, 'close').catch(() => {});
  socket.end(input);
  await closed;
  return Buffer.concat(parts).toString('latin1');
}

/** The broker on a real port: a stream of anything, while another link goes on being served. */
export const broker: FuzzTarget = {
  name: 'mqtt',
  seeds: mqttSeeds,
  open: async () => {
    const clock = new SystemClock();
    const disk = new HeldJournal();
    const server = new MqttServer(new Admission(disk, clock, () => {}), clock, silentLogger, {
      host: '127.0.0.1',
      port: 0,
      enrolment: 'open',
      hubs: { ofCertificate: () => null, ofPassword: async () => null, stillValid: () => true, mayCarry: () => true },
    });
    const port = await server.listen();
    const other = await RawMqtt.open(port);
    other.connect('a link that must not notice');
    await other.next('connack');
    let id = 0;
    return {
      feed: async (input) => {
        await exchange(port, input);
        id = (id % 60_000) + 1;
        other.publish('infusion/v1/other/pump/readings', readings, { id });
        await other.next('puback');
      },
      close: async () => {
        other.cut();
        await server.close();
      },
    };
  },
};

const http = (line: string, headers: readonly string[], body = ''): Buffer =>
  bytes([line, 'Host: h', 'Connection: close', ...headers, '', body].join('\r\n'));
const withBody = (line: string, type: string, body: string, more: readonly string[] = []): Buffer =>
  http(line, [`Content-Type: ${type}`, `Content-Length: ${body.length}`, ...more], body);

/** Whole requests on a real port: heads, cookies, callbacks of providers, lengths that lie. */
export const httpStream: FuzzTarget = {
  name: 'http',
  seeds: [
    http('GET /api/v1/pumps?x=1&y=%41 HTTP/1.1', ['Cookie: infusion_session=abc; b="c d"', 'Accept: */*']),
    http('GET /api/v1/events HTTP/1.1', ['Authorization: Bearer abc', 'Last-Event-ID: 12']),
    http('GET /a/..%2f..%2fpackage.json HTTP/1.1', ['If-None-Match: "1"', 'Range: bytes=0-1']),
    withBody('POST /api/v1/session HTTP/1.1', 'application/json', '{"name":"a","password":"b"}', ['Origin: http://h']),
    withBody('POST /api/v1/replies HTTP/1.1', 'application/json', '{"token":"a","action":"ack"}'),
    withBody('POST /api/v1/providers/sms/reply HTTP/1.1', 'application/x-www-form-urlencoded', 'From=%2B1&Body=1+ab', [
      'X-Twilio-Signature: abc=',
    ]),
    withBody('POST /api/v1/hub-claims/certificate HTTP/1.1', 'application/json', '{"code":"A-B","csr":"-----BEGIN"}'),
    http(
      'POST /api/v1/session HTTP/1.1',
      ['Transfer-Encoding: chunked', 'Content-Type: application/json'],
      '2\r\n{}\r\n0\r\n\r\n',
    ),
  ],
  open: async () => {
    const twins = await buildTwinApi();
    const port = Number(new URL(await twins.api.listen('127.0.0.1', 0)).port);
    return {
      feed: async (input) => {
        const answer = await exchange(port, input);
        if (answer.startsWith('HTTP/1.1 500')) throw new Error(answer.slice(0, 2_000));
        const alive = await exchange(port, http('GET /healthz HTTP/1.1', []));
        if (!alive.startsWith('HTTP/1.1 200')) throw new Error(`then /healthz: ${alive.slice(0, 500)}`);
      },
      close: () => twins.api.close(),
    };
  },
};

const call = (method: string, path: string, body: object | null = null): Buffer =>
  bytes(`${method} /api/v1${path}\n${body === null ? '' : JSON.stringify(body)}`);

/** Calls of somebody who may do everything: address and body are anything. */
export const calls: FuzzTarget = {
  name: 'api-calls',
  seeds: [
    call('POST', `/alerts/${sampleAlert.id}/snooze`, { version: 1, minutes: 5, reason: 'r' }),
    call('POST', `/alerts/${sampleAlert.id}/close`, { version: 1, outcome: 'resolved', note: 'n' }),
    call('GET', '/pumps/pump-1/trend?from=1&to=9999999&points=100'),
    call('GET', '/readings?pump=pump-1&after=0&limit=10'),
    call('GET', '/audit?before=9&limit=2&who=a&kind=read&about=x'),
    call('GET', '/patients/patient-1/days?from=2026-01-01&to=2026-01-31'),
    call('GET', '/claims?from=2026-01-01&to=2026-01-31&format=json'),
    call('POST', '/claims/remittances', { text: 'ISA*00*' }),
    call('POST', '/facts', { kind: 'visit', rows: [{ patient: 'p', id: 'v' }] }),
    call('POST', '/registry/import', { patients: [{ id: 'p', zone: 'Europe/Paris' }] }),
    call('PUT', '/registry/patients/patient-1', { id: 'patient-1', zone: 'Europe/Paris' }),
    call('PUT', '/on-call/rotations/r', { people: ['a'], from: 1 }),
    call('POST', '/patients/patient-1/services', { kind: 'training', start: '2026-01-01T00:00:00Z' }),
    call('POST', '/hub-claims/renewal', { certificate: 'x', csr: 'y', signature: 'z' }),
    call('POST', '/session', { name: 'a', password: 'b' }),
    call('POST', '/replies', { token: 'a', action: 'ack' }),
    call('POST', '/receipts', { message: 'm', state: 'delivered' }),
    bytes('POST /api/v1/providers/sms/reply\nFrom=%2B1202&Body=1+ab&MessageSid=SM1'),
    bytes('POST /api/v1/providers/voice/keys?c=ab\nDigits=1&CallSid=CA1'),
    bytes('GET /api/v1/me\ninfusion_session=abc; other="d e"; infusion_session=%41'),
  ],
  open: async () => {
    const twins = await buildTwinApi({ events: { maxStreams: 0 } });
    const { authorization } = twins.bearer('admin');
    return {
      feed: async (input) => {
        const text = Buffer.from(input).toString('utf8');
        const [head = ''] = text.split('\n', 1);
        const [verb = '', url = '/'] = head.split(' ', 2);
        const method = (['GET', 'PUT', 'DELETE'] as const).find((one) => one === verb) ?? 'POST';
        const payload = text.slice(head.length + 1);
        const form = url.includes('/providers/');
        // What stands in the place of a body is a cookie where there is none: one that no header could hold is left out.
        const cookie = method === 'GET' && /^[\x20-\x7e\x80-\xff]+$/.test(payload) ? payload : undefined;
        const hasBody = method !== 'GET' && payload !== '';
        const answer = await twins.api.app.inject({
          method,
          url: url.startsWith('/') ? url : `/${url}`,
          headers: {
            ...(cookie === undefined ? { authorization, 'if-match': '"1"' } : { cookie }),
            ...(form && { 'x-twilio-signature': 'c2lnbmF0dXJl' }),
            ...(hasBody && { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
          },
          ...(hasBody && { payload }),
        });
        if (answer.statusCode === 500) throw new Error(`${method} ${url}: ${answer.body}`);
      },
      close: () => twins.api.close(),
    };
  },
};

const toml = [
  'dataDir = "d"\n[http]\nport = 1\nbehindProxy = true\n[mqtt]\nurl = "mqtt://h:1"\nshares = 2\n[serial]\npaths = ["/dev/x"]\n',
  '[influx]\nurl = "http://h"\ndatabase = "d"\n[notify]\n[watchdog]\nurl = "http://h"\n[tls]\nmode = "own"\n',
];

/** The file of the configuration, read as `check` reads it. */
export const configuration: FuzzTarget = {
  name: 'configuration',
  seeds: toml.map(bytes),
  open: async () => {
    const dir = new TempDir();
    const path = dir.file('gateway.toml');
    return {
      feed: (input) => {
        writeFileSync(path, input);
        const text = Buffer.from(input).toString('latin1').replaceAll('\0', '');
        loadConfig(path, { INFUSION_HTTP_HOST: text, INFUSION_SERIAL_PATHS: text, INFUSION_MQTT_URL: text });
      },
      close: async () => dir[Symbol.dispose](),
    };
  },
};
