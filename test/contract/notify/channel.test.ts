import { createECDH, createHmac, randomBytes } from 'node:crypto';
import { decrypt } from 'http_ece';
import { connectAsync } from 'mqtt';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { Admission } from '#intake/admission.ts';
import { MqttServer } from '#intake/mqtt-server.ts';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { wallMs } from '#kernel/time.ts';
import type { ContactPoint } from '#model/contact.ts';
import type { Channel, Message } from '#notify/channel.ts';
import { emailChannel } from '#notify/channels/email.ts';
import { GuardedRequests } from '#notify/channels/guarded-request.ts';
import { hubChannel } from '#notify/channels/hub.ts';
import { ntfyChannel } from '#notify/channels/ntfy.ts';
import { smsChannel, voiceChannel } from '#notify/channels/phone.ts';
import { newVapidKeys, webPushChannel } from '#notify/channels/web-push.ts';
import { webhookChannel } from '#notify/channels/webhook.ts';
import { HeldJournal } from '#support/journal-port.ts';
import { ProviderServer } from '#support/provider-server.ts';
import { selfSigned } from '#support/self-signed.ts';
import { SmtpSink } from '#support/smtp-sink.ts';

/** What every way out must do, each against a real server of its kind on loopback. */

const AT = Date.UTC(2026, 2, 3, 7, 14);
const clock = { wall: () => wallMs(AT) };
const pointOf = (channel: ContactPoint['channel'], address: string, secret: string | null = null): ContactPoint => ({
  id: '1',
  channel,
  address,
  secret,
  addedAt: 0,
  confirmedAt: 0,
});
const messageTo = (points: readonly ContactPoint[], more: Partial<Message> = {}): Message => ({
  id: 'abcdefghijklmnopqrstuvwxyz012345',
  kind: 'page',
  priority: 'high',
  codes: ['7F3K'],
  count: 1,
  at: AT,
  callbackUrl: 'https://gw.example/api/v1/providers',
  language: 'en',
  zone: 'America/New_York',
  agency: 'Elm',
  link: 'https://gw.example/a/7F3K',
  replyLink: 'https://gw.example/a/7F3K#t=token',
  ttlMs: 120_000,
  points,
  hub: null,
  ...more,
});

interface Rig {
  readonly channel: Channel;
  readonly points: readonly ContactPoint[];
  answer(how: 'take' | 'later' | 'never' | 'hang' | 'cut'): void;
  /** Ids under which it took messages. */
  ids(): string[];
  /** Everything it was told, as text. */
  texts(): string[];
  close(): Promise<unknown>;
}

const requests = () => new GuardedRequests({ allowHosts: ['127.0.0.1'] });

async function httpRig(
  open: (server: ProviderServer) => { channel: Channel; points: readonly ContactPoint[] },
  id: (request: ProviderServer['taken'][number]) => string,
): Promise<Rig> {
  const server = await ProviderServer.start();
  const { channel, points } = open(server);
  return {
    channel,
    points,
    answer: (how) => {
      server.answer = how;
    },
    ids: () => server.taken.map(id),
    texts: () =>
      server.taken.map(
        ({ body, headers }) => `${JSON.stringify(headers)} ${decodeURIComponent(body.toString().replaceAll('+', ' '))}`,
      ),
    close: () => Promise.all([channel.close(), server.stop()]),
  };
}

const phone = (server: ProviderServer) => ({
  url: server.url,
  account: 'AC1',
  token: 'secret-token',
  from: '+12025550100',
  requests: requests(),
  clock,
});

const rigs: Record<string, () => Promise<Rig>> = {
  email: async () => {
    const smtp = await SmtpSink.start();
    const channel = emailChannel({ url: smtp.url, from: 'Pages <pages@elm.example>', plainAllowed: true });
    return {
      channel,
      points: [pointOf('email', 'ana@elm.example')],
      answer: (how) => {
        smtp.answer = how;
      },
      ids: () => smtp.mails.map(({ text }) => /Message-ID: <([^@]+)@/.exec(text)?.[1] ?? ''),
      texts: () => smtp.mails.map(({ text }) => text),
      close: () => Promise.all([channel.close(), smtp.stop()]),
    };
  },
  sms: () =>
    httpRig(
      (server) => ({ channel: smsChannel(phone(server)), points: [pointOf('sms', '+12025550101')] }),
      ({ headers }) => String(headers['i-twilio-idempotency-token']),
    ),
  voice: () =>
    httpRig(
      (server) => ({ channel: voiceChannel(phone(server)), points: [pointOf('voice', '+12025550101')] }),
      ({ headers }) => String(headers['i-twilio-idempotency-token']),
    ),
  ntfy: () =>
    httpRig(
      (server) => ({ channel: ntfyChannel(requests(), 'tk_1'), points: [pointOf('ntfy', `${server.url}/elm-ana`)] }),
      ({ headers }) => String(headers['x-sequence-id']),
    ),
  webhook: () =>
    httpRig(
      (server) => ({
        channel: webhookChannel(requests(), clock),
        points: [pointOf('webhook', `${server.url}/hook`, `whsec_${Buffer.alloc(32, 7).toString('base64')}`)],
      }),
      ({ headers }) => String(headers['webhook-id']).replace('msg_', ''),
    ),
  push: async () => {
    const tls = selfSigned();
    const server = await ProviderServer.start(tls);
    const guarded = new GuardedRequests({ allowHosts: ['127.0.0.1'], ca: tls.cert });
    const channel = webPushChannel({ subject: 'mailto:ops@elm.example', ...newVapidKeys(), requests: guarded });
    const browser = createECDH('prime256v1');
    browser.generateKeys();
    const auth = randomBytes(16);
    const subscription = {
      endpoint: `${server.url}/push/1`,
      keys: { p256dh: browser.getPublicKey('base64url'), auth: auth.toString('base64url') },
    };
    return {
      channel,
      points: [pointOf('push', JSON.stringify(subscription))],
      answer: (how) => {
        server.answer = how;
      },
      ids: () => server.taken.map(({ headers }) => String(headers['topic'])),
      texts: () =>
        server.taken.map(({ body, headers }) => {
          const plain = decrypt(body, {
            version: 'aes128gcm',
            privateKey: browser,
            authSecret: auth.toString('base64url'),
          });
          return `${JSON.stringify(headers)} ${plain.toString()}`;
        }),
      close: async () => {
        guarded.close();
        await server.stop();
      },
    };
  },
};

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
const open = async (name: string): Promise<Rig> => {
  const rig = await rigs[name]?.();
  if (!rig) throw new Error(name);
  undo.push(() => rig.close());
  return rig;
};
const never = new AbortController().signal;

describe.each(Object.keys(rigs))('%s', (name) => {
  it('brings priority, code, time, agency and link, and the same id at every try', async () => {
    const rig = await open(name);
    const message = messageTo(rig.points);
    expect(await rig.channel.send(message, never)).toMatchObject({ result: 'accepted' });
    await rig.channel.send(message, never);
    expect(rig.ids()).toEqual([message.id, message.id]);
    const [text = ''] = rig.texts();
    expect(text).toMatch(name === 'voice' ? /7 F 3 K/ : /HIGH alert 7F3K 02:14 Elm/);
    if (name !== 'voice') expect(text).toContain('gw.example/a/7F3K');
  });

  it('says “later” of a server that cannot now, and “never” of an address that is gone', async () => {
    const rig = await open(name);
    rig.answer('later');
    expect(await rig.channel.send(messageTo(rig.points), never)).toMatchObject({ result: 'failed', permanent: false });
    rig.answer('never');
    expect(await rig.channel.send(messageTo(rig.points), never)).toMatchObject({ result: 'failed', permanent: true });
    rig.answer('take');
    expect(await rig.channel.send(messageTo(rig.points), never)).toMatchObject({ result: 'accepted' });
  });

  it('may repeat what was taken when the answer was lost, under the same id', async () => {
    const rig = await open(name);
    rig.answer('cut');
    expect(await rig.channel.send(messageTo(rig.points), never)).toMatchObject({ result: 'failed', permanent: false });
    rig.answer('take');
    expect(await rig.channel.send(messageTo(rig.points), never)).toMatchObject({ result: 'accepted' });
    expect(rig.ids()).toEqual([messageTo([]).id, messageTo([]).id]);
  });

  it('names no address and no secret in a problem', async () => {
    const rig = await open(name);
    await rig.close();
    undo.pop();
    const result = await rig.channel.send(messageTo(rig.points), never);
    expect(result).toMatchObject({ result: 'failed', permanent: false });
    expect(JSON.stringify(result)).not.toMatch(/ana@|\+1202|whsec|secret-token|tk_1/);
  });
});

describe('http channels', () => {
  it.each(['sms', 'voice', 'ntfy', 'webhook', 'push'])('%s lets go of a hanging server when told to', async (name) => {
    const rig = await open(name);
    rig.answer('hang');
    const abort = new AbortController();
    const sent = rig.channel.send(messageTo(rig.points), abort.signal);
    abort.abort();
    expect(await sent).toMatchObject({ result: 'failed', permanent: false });
  });
});

describe('Web Push', () => {
  it('is encrypted, urgent, replaces itself, and lives no longer than its use', async () => {
    const rig = await open('push');
    await rig.channel.send(messageTo(rig.points), never);
    const [text = ''] = rig.texts();
    expect(text).toContain('"ttl":"120"');
    expect(text).toContain('"urgency":"high"');
    expect(text).toMatch(/"authorization":"vapid t=/);
  });
});

describe('webhook', () => {
  it('is signed so that the standard library of its receiver verifies it, and refuses one that was changed', async () => {
    const server = await ProviderServer.start();
    undo.push(() => server.stop());
    const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const channel = webhookChannel(requests(), new SystemClock());
    const result = await channel.send(messageTo([pointOf('webhook', server.url, secret)]), never);
    expect(result).toEqual({ result: 'accepted', delivered: true });
    const { body, headers } = server.taken[0] ?? { body: '', headers: {} };
    const given = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, String(value)]));
    expect(new Webhook(secret).verify(body.toString(), given)).toMatchObject({ type: 'alert.page' });
    expect(() => new Webhook(secret).verify(`${body.toString()} `, given)).toThrow();
  });

  it.each([
    ['http://10.1.2.3/x'],
    ['https://127.0.0.1/x'],
    ['https://[::1]/x'],
    ['https://[::127.0.0.1]/x'],
    ['https://[::ffff:127.0.0.1]/x'],
    ['https://[::ffff:0:127.0.0.1]/x'],
    ['https://[64:ff9b:1::7f00:1]/x'],
    ['https://[2002:7f00:1::]/x'],
    ['https://[2001:0:7f00:1::]/x'],
    ['https://[fec0::1]/x'],
    ['https://169.254.169.254/latest'],
    ['https://[::ffff:127.0.0.1]/x'],
    ['https://localhost/x'],
    ['http://example.org/x'],
  ])('goes nowhere inside our network, nor in clear outside: %s', async (address) => {
    const channel = webhookChannel(new GuardedRequests({ allowHosts: [] }), clock);
    const result = await channel.send(
      messageTo([pointOf('webhook', address, `whsec_${Buffer.alloc(32).toString('base64')}`)]),
      never,
    );
    expect(result).toMatchObject({ result: 'failed', permanent: true });
  });

  it('does not follow a redirect', async () => {
    const server = await ProviderServer.start();
    undo.push(() => server.stop());
    server.answer = 'redirect';
    const channel = webhookChannel(requests(), clock);
    const result = await channel.send(
      messageTo([pointOf('webhook', server.url, `whsec_${Buffer.alloc(32).toString('base64')}`)]),
      never,
    );
    expect(result).toMatchObject({ result: 'failed', permanent: true });
    expect(server.taken).toEqual([]);
  });
});

describe('texts and calls', () => {
  it('ask for signed receipts at an address that carries our id', async () => {
    const server = await ProviderServer.start();
    undo.push(() => server.stop());
    await smsChannel(phone(server)).send(messageTo([pointOf('sms', '+12025550101')]), never);
    await voiceChannel(phone(server)).send(messageTo([pointOf('voice', '+12025550101')]), never);
    const forms = server.taken.map(({ body }) => new URLSearchParams(body.toString()));
    expect(server.taken.map(({ path }) => path)).toEqual([
      '/2010-04-01/Accounts/AC1/Messages.json',
      '/2010-04-01/Accounts/AC1/Calls.json',
    ]);
    expect(forms[0]?.get('StatusCallback')).toBe(
      `https://gw.example/api/v1/providers/sms/status?message=${messageTo([]).id}&at=${AT}`,
    );
    expect(forms[1]?.get('Twiml')).toContain('Press 1 to take it');
    expect(forms[1]?.get('Twiml')).toContain(`voice/keys?message=${messageTo([]).id}&amp;at=${AT}`);
    expect(forms[0]?.get('Body')).not.toContain('#t=');
  });
});

describe('mail', () => {
  it('goes by STARTTLS, and not at all to a server elsewhere that offers none', async () => {
    const tls = selfSigned();
    const smtp = await SmtpSink.start(tls);
    undo.push(() => smtp.stop());
    const secure = emailChannel({ url: smtp.url, from: 'a@b.example', plainAllowed: false, ca: tls.cert });
    undo.push(() => secure.close());
    expect(await secure.send(messageTo([pointOf('email', 'ana@elm.example')]), never)).toEqual({ result: 'accepted' });
    const plain = await SmtpSink.start();
    undo.push(() => plain.stop());
    const refused = emailChannel({ url: plain.url, from: 'a@b.example', plainAllowed: false });
    undo.push(() => refused.close());
    expect(await refused.send(messageTo([pointOf('email', 'ana@elm.example')]), never)).toMatchObject({
      result: 'failed',
    });
    expect(plain.mails).toEqual([]);
  });
});

describe('the home hub', () => {
  it('finds its board whenever it comes', async () => {
    const admission = new Admission(new HeldJournal(), new SystemClock(), () => {});
    const broker = new MqttServer(admission, new SystemClock(), silentLogger, {
      host: '127.0.0.1',
      port: 0,
      enrolment: 'open',
      hubs: { ofCertificate: () => null, ofPassword: async () => null, stillValid: () => true, mayCarry: () => true },
    });
    const port = await broker.listen();
    undo.push(() => broker.close());
    const channel = hubChannel((topic, payload) => broker.keep(topic, payload));
    const board = [{ id: '7F3K', priority: 'high', state: 'nurse-has-it', at: AT }] as const;
    expect(await channel.send(messageTo([], { hub: { id: 'home-7', board } }), never)).toEqual({ result: 'accepted' });
    const hub = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'home-7' });
    undo.push(() => hub.endAsync(true));
    const heard = new Promise<string>((resolve) => hub.on('message', (_topic, payload) => resolve(payload.toString())));
    await hub.subscribeAsync('infusion/v1/home-7/alert', { qos: 1 });
    expect(JSON.parse(await heard)).toEqual({ alerts: board });
  });
});

it('a signature of the provider is Twilio’s own', async () => {
  const { isSignedByProvider } = await import('#notify/provider-signature.ts');
  // The worked example of the provider's documentation: address and sorted fields, joined.
  const url = 'https://example.com/myapp.php?foo=1&bar=2';
  const form = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675310',
    Digits: '1234',
    From: '+14158675310',
    To: '+18005551212',
  };
  const text = `${url}CallSidCA1234567890ABCDECaller+14158675310Digits1234From+14158675310To+18005551212`;
  const signature = createHmac('sha1', '12345').update(text).digest('base64');
  expect(isSignedByProvider('12345', url, form, signature)).toBe(true);
  expect(isSignedByProvider('12345', url, { ...form, Digits: '1235' }, signature)).toBe(false);
  expect(isSignedByProvider('other', url, form, signature)).toBe(false);
});
