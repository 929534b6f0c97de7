import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Message } from '#notify/channel.ts';
import { emailChannel } from '#notify/channels/email.ts';
import { hasGoodDkim } from '#support/dkim-verifier.ts';
import { Exim } from '#support/exim.ts';
import { until } from '#support/until.ts';

/** The mail channel against a mail server that others made. */

let exim: Exim;
beforeEach(async () => {
  exim = await Exim.start();
}, 30_000);
afterEach(() => exim.stop());

const message = (address: string): Message => ({
  id: 'abcdefghijklmnopqrstuvwxyz012345',
  kind: 'page',
  priority: 'high',
  codes: ['7F3K'],
  count: 1,
  at: Date.UTC(2026, 2, 3, 7, 14),
  callbackUrl: null,
  language: 'es',
  zone: 'America/New_York',
  agency: 'Olmo y Peña',
  link: 'https://gw.example/a/7F3K',
  replyLink: 'https://gw.example/a/7F3K#t=token',
  ttlMs: 120_000,
  points: [{ id: '1', channel: 'email', address, secret: null, addedAt: 0, confirmedAt: 0 }],
  hub: null,
});
const channelTo = ({ port, ca }: Exim, dkim?: { domainName: string; keySelector: string; privateKey: string }) =>
  emailChannel({
    url: `smtp://localhost:${port}`,
    from: 'pages@elm.example',
    plainAllowed: false,
    ca,
    ...(dkim && { dkim }),
  });
/** The first mail of an mbox, with the line ends of a mail. */
const firstMail = (mbox: string): string =>
  mbox
    .replace(/^From [^\n]*\n/, '')
    .replace(/\n+$/, '\n')
    .replaceAll('\n', '\r\n');

it('a page goes through by STARTTLS, with the id that makes it one page, and signed so that another can verify it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const channel = channelTo(exim, {
    domainName: 'elm.example',
    keySelector: 'pages',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
  expect(await channel.send(message('ops@example.org'), new AbortController().signal)).toMatchObject({
    result: 'accepted',
  });
  const inbox = await until('the mail', () => exim.inbox().includes('\n\n') && exim.inbox());
  expect(inbox).toContain('Message-ID: <abcdefghijklmnopqrstuvwxyz012345@elm.example>');
  expect(inbox).toMatch(/with esmtps/);
  const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  const mail = firstMail(inbox);
  expect(hasGoodDkim(mail, record)).toBe(true);
  expect(hasGoodDkim(mail.replace('7F3K', '7F3L'), record)).toBe(false);
  await channel.close();
}, 150_000);

it('an address that the server will not have is given up at once', async () => {
  const channel = channelTo(exim);
  expect(await channel.send(message('ops@elsewhere.example'), new AbortController().signal)).toMatchObject({
    result: 'failed',
    permanent: true,
  });
  await channel.close();
});
