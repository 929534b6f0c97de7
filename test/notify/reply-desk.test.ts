import { beforeEach, describe, expect, it } from 'vitest';
import { minutes, seconds, wallMs } from '#kernel/time.ts';
import type { ActionResult, Alert, AlertAction } from '#model/alert.ts';
import type { ProviderCall } from '#model/reply.ts';
import type { Person } from '#model/role.ts';
import { NotifyDesk } from '#notify/notify-desk.ts';
import { providerSignature } from '#notify/provider-signature.ts';
import { ReplyDesk } from '#notify/reply-desk.ts';
import { sampleAlert } from '#support/api-samples.ts';
import { NotifyRig, pageOf, T0 } from './rig.ts';

const TOKEN = 'provider-token';
const URL_BASE = 'https://gw.example';
const person: Person = { name: 'Ana', role: 'nurse', agency: null };

let rig: NotifyRig;
let desk: NotifyDesk;
let replies: ReplyDesk;
let alert: Alert;
let acts: { action: AlertAction; by: string }[];
let result: ActionResult['result'];

const call = (path: string, form: Record<string, string>): ProviderCall => ({
  url: `/api/v1/providers/${path}`,
  form,
  signature: providerSignature(TOKEN, `${URL_BASE}/api/v1/providers/${path}`, form),
});
const linkOf = (link: string | null | undefined): string => link?.split('#t=')[1] ?? '';

beforeEach(async () => {
  rig = new NotifyRig();
  alert = { ...sampleAlert, id: 'A', version: 3, state: 'open', response: 'unacknowledged' };
  acts = [];
  result = 'done';
  desk = new NotifyDesk({
    store: rig.store,
    dispatcher: rig.dispatcher,
    directory: rig.directory,
    channels: [rig.push, rig.sms, rig.voice, rig.email],
    messages: { agency: 'Elm', publicUrl: URL_BASE },
    clock: rig.clock,
  });
  replies = new ReplyDesk({
    notifier: desk,
    alerts: {
      get: (id) => (id === alert.id ? { alert } : undefined),
      act: (_id, action, by) => {
        acts.push({ action, by: by.name });
        return result === 'not-found' ? { result } : { result, alert, why: '' };
      },
    },
    people: {
      person: (name) => (name === 'Ana' ? person : undefined),
      language: () => 'en',
      personOfNumber: (number) => (number === '+12025550101' ? 'Ana' : undefined),
      confirm: (name, point) => void acts.push({ action: { action: 'note', version: 0, note: point }, by: name }),
      pinMatches: async (_name, pin) => pin === '4711',
    },
    clock: { wall: () => wallMs(rig.clock.wall()) },
    provider: { token: TOKEN, publicUrl: URL_BASE },
  });
  rig.dispatcher.start();
  rig.page(pageOf('A', { channels: [['push', 'sms', 'email', 'voice']] }));
  await rig.advance(seconds(1));
});

describe('a link', () => {
  it('shows how things stand as often as anybody looks, and takes the alert once, under the recipient’s name', async () => {
    const token = linkOf(rig.email.sent[0]?.replyLink);
    for (let i = 0; i < 5; i += 1) {
      expect(await replies.view(token)).toMatchObject({ kind: 'answer', state: 'waiting', version: 3, usable: true });
    }
    expect(acts).toEqual([]);
    expect(await replies.answer(token, 'take', 3)).toBe('done');
    expect(await replies.answer(token, 'take', 3)).toBe('too-old');
    expect(acts).toEqual([{ action: { action: 'ack', version: 3 }, by: 'Ana' }]);
    await rig.advance(seconds(1));
    expect(rig.delivery('A/0/0/Ana/email')?.state).toBe('replied');
  });

  it('answers nothing after ten minutes, and still shows', async () => {
    const token = linkOf(rig.email.sent[0]?.replyLink);
    await rig.clock.advance(minutes(10));
    expect(await replies.answer(token, 'take', 3)).toBe('too-old');
    expect(await replies.view(token)).toMatchObject({ kind: 'answer', usable: false });
    expect(acts).toEqual([]);
  });

  it('refuses an answer to what has changed since, and can then be used for the new state', async () => {
    const token = linkOf(rig.email.sent[0]?.replyLink);
    alert = { ...alert, version: 4 };
    expect(await replies.answer(token, 'take', 3)).toBe('changed');
    expect(await replies.answer(token, 'decline', 4)).toBe('done');
    expect(acts).toEqual([{ action: { action: 'decline', version: 4 }, by: 'Ana' }]);
  });

  it('is a token of its own for each channel, and none of a text message', () => {
    const links = [rig.push, rig.email].map((channel) => linkOf(channel.sent[0]?.replyLink));
    expect(new Set(links).size).toBe(2);
    expect(rig.sms.sent[0]?.link).not.toContain('#');
  });

  it('that nobody was sent opens nothing', async () => {
    expect(await replies.view('x'.repeat(22))).toEqual({ kind: 'unknown' });
    expect(await replies.answer('x'.repeat(22), 'take', 3)).toBe('too-old');
  });

  it('of a test page confirms the contact point, once', async () => {
    expect(await desk.test('Ana', 'email-1')).toMatchObject({ result: 'accepted' });
    const token = linkOf(rig.email.sent.at(-1)?.link);
    expect(await replies.view(token)).toEqual({ kind: 'confirm', usable: true });
    expect(await replies.confirm(token)).toBe('done');
    expect(await replies.confirm(token)).toBe('too-old');
    expect(acts).toEqual([{ action: { action: 'note', version: 0, note: 'email-1' }, by: 'Ana' }]);
  });
});

describe('a text message', () => {
  const text = (body: string, from = '+12025550101', sid = 'SM1') =>
    replies.text(call('sms/reply', { Body: body, From: from, MessageSid: sid }));

  it('with 1 and the code takes it, with 2 declines, however it is typed', async () => {
    const code = rig.sms.sent[0]?.codes[0] ?? '';
    expect(await text(`1 ${code.toLowerCase()}`)).toContain('It is yours');
    await text(` 2  ${code}. `, '+12025550101', 'SM2');
    expect(acts.map(({ action }) => action.action)).toEqual(['ack', 'decline']);
    await rig.advance(seconds(1));
    expect(rig.delivery('A/0/0/Ana/sms')?.state).toBe('replied');
  });

  it('from another number does nothing; the same one twice counts once; anything else is answered with help', async () => {
    const code = rig.sms.sent[0]?.codes[0] ?? '';
    expect(await text(`1 ${code}`, '+12025550999')).not.toContain('<Say');
    expect(acts).toEqual([]);
    await text(`1 ${code}`);
    await text(`1 ${code}`);
    expect(acts).toHaveLength(1);
    expect(await text('ok thanks', '+12025550101', 'SM9')).toContain('Reply 1 and the code');
  });

  it('says so when the alert has changed', async () => {
    result = 'not-allowed';
    expect(await text(`1 ${rig.sms.sent[0]?.codes[0]}`)).toContain('It has changed');
  });
});

describe('a call', () => {
  const at = () => rig.clock.wall();
  const path = (what: string) => `voice/${what}?message=${rig.voice.sent[0]?.id}&at=${at()}`;

  it('takes the alert with 1 and then the PIN', async () => {
    expect(await replies.key(call(path('keys'), { Digits: '1' }))).toContain('voice/pin?');
    expect(await replies.pin(call(path('pin'), { Digits: '0000' }))).toContain('Enter your PIN');
    expect(acts).toEqual([]);
    expect(await replies.pin(call(path('pin'), { Digits: '4711' }))).toContain('It is yours');
    expect(acts).toEqual([{ action: { action: 'ack', version: 3 }, by: 'Ana' }]);
  });

  it('lets nobody guess the PIN', async () => {
    for (const pin of ['1', '2', '3']) await replies.pin(call(path('pin'), { Digits: pin }));
    await replies.pin(call(path('pin'), { Digits: '4711' }));
    expect(acts).toEqual([]);
  });

  it('declines with 2, and takes no key after five minutes', async () => {
    const late = call(path('keys'), { Digits: '2' });
    await rig.clock.advance(minutes(6));
    expect(await replies.key(late)).toContain('not understood');
    expect(acts).toEqual([]);
    expect(await replies.key(call(path('keys'), { Digits: '2' }))).toContain('Hangup');
    expect(acts).toEqual([{ action: { action: 'decline', version: 3 }, by: 'Ana' }]);
  });
});

describe('receipts of the provider', () => {
  const status = (kind: 'sms' | 'voice', form: Record<string, string>, at = T0) =>
    replies.status(
      kind,
      call(`${kind}/status?message=${(kind === 'sms' ? rig.sms : rig.voice).sent[0]?.id}&at=${at}`, form),
    );

  it('move the delivery up the ladder, and never down when they come late or twice', async () => {
    await status('sms', { MessageStatus: 'delivered' });
    await rig.advance(seconds(1));
    expect(rig.delivery('A/0/0/Ana/sms')?.state).toBe('delivered');
    await status('sms', { MessageStatus: 'sent' });
    await status('sms', { MessageStatus: 'failed' });
    await rig.advance(seconds(1));
    expect(rig.delivery('A/0/0/Ana/sms')?.state).toBe('delivered');
  });

  it('of a call that nobody took count as failed', async () => {
    await status('voice', { CallStatus: 'no-answer' });
    await rig.advance(seconds(1));
    expect(rig.delivery('A/0/0/Ana/voice')).toMatchObject({ state: 'failed', problem: 'the provider said no-answer' });
  });

  it('older than an hour are replays', async () => {
    await rig.clock.advance(minutes(61));
    await status('sms', { MessageStatus: 'delivered' });
    await rig.advance(seconds(1));
    expect(rig.delivery('A/0/0/Ana/sms')?.state).toBe('sent');
  });

  it('are the provider’s only with its signature', () => {
    const good = call('sms/status?message=x&at=1', { MessageStatus: 'delivered' });
    expect(replies.isFromProvider(good)).toBe(true);
    expect(replies.isFromProvider({ ...good, form: { MessageStatus: 'read' } })).toBe(false);
    expect(replies.isFromProvider({ ...good, url: good.url.replace('at=1', 'at=2') })).toBe(false);
    expect(replies.isFromProvider({ ...good, signature: '' })).toBe(false);
  });
});
