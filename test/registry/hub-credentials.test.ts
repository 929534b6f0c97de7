import { sign, X509Certificate } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { days, minutes } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { HubCredentials } from '#registry/hub-credentials.ts';
import { hubKey, selfSigned } from '#support/hub-keys.ts';
import { testAuthority } from '#support/test-authority.ts';

let clock: VirtualClock;
let credentials: HubCredentials;
const { key, csr } = hubKey('some-other-name');
const here = '127.0.0.1';

beforeEach(async () => {
  clock = new VirtualClock(Date.UTC(2026, 5, 1));
  credentials = new HubCredentials(new MemoryStateStore(), clock, await testAuthority(clock.wall()));
});

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof GatewayError ? error.code : String(error)),
  );
const grantOf = (pem: string) => credentials.grantOfCertificate(new X509Certificate(pem));
const renew = (certificate: string, signature = sign('sha256', Buffer.from(csr), key)) =>
  credentials.renew(certificate, csr, signature, here);

it('a code buys one certificate, in the name that was provisioned and not the one asked for', async () => {
  const code = credentials.provision('hub-1');
  const issued = await credentials.claimCertificate(code, csr, here);
  expect(new X509Certificate(issued.certificate)).toMatchObject({ subject: 'CN=hub-1', ca: false });
  expect(issued.notAfter).toBe(clock.wall() + days(90));
  expect(grantOf(issued.certificate)).toMatchObject({ hub: 'hub-1' });
  expect(await codeOf(credentials.claimCertificate(code, csr, here))).toBe('claim-refused');
});

it('of two that come with one code at once, one gets in', async () => {
  const code = credentials.provision('hub-1');
  const tries = [credentials.claimCertificate(code, csr, here), credentials.claimPassword(code, here)];
  expect((await Promise.all(tries.map(codeOf))).sort()).toEqual(['claim-refused', 'done']);
});

it('a code lives ten minutes, and guessing is slowed', async () => {
  const code = credentials.provision('hub-1');
  await clock.advance(minutes(10));
  expect(await codeOf(credentials.claimPassword(code, here))).toBe('claim-refused');
  for (let i = 0; i < 20; i++) await codeOf(credentials.claimPassword(`guess ${i}`, here));
  const fresh = credentials.provision('hub-1');
  expect(await codeOf(credentials.claimPassword(fresh, here))).toBe('too-many-tries');
  expect(await codeOf(credentials.claimPassword(fresh, '127.0.0.2'))).toBe('done');
});

it('a bad request costs no code', async () => {
  const code = credentials.provision('hub-1');
  expect(await codeOf(credentials.claimCertificate(code, 'rubbish', here))).toBe('bad-request');
  const forged = csr.replace(/[A-Za-z](?=[\w+/]*=*\n-----END)/, (letter) => (letter === 'A' ? 'B' : 'A'));
  expect(await codeOf(credentials.claimCertificate(code, forged, here))).toBe('bad-request');
  expect(await codeOf(credentials.claimCertificate(code, csr, here))).toBe('done');
});

it('renews in the last 30 days, for whoever has the key; both certificates are good until the first ends', async () => {
  const first = await credentials.claimCertificate(credentials.provision('hub-1'), csr, here);
  await clock.advance(days(59));
  expect(await codeOf(renew(first.certificate))).toBe('renewal-too-early');
  await clock.advance(days(1));
  expect(await codeOf(renew(first.certificate, sign('sha256', Buffer.from(csr), hubKey().key)))).toBe('claim-refused');
  const second = await renew(first.certificate);
  expect([grantOf(first.certificate), grantOf(second.certificate)]).toMatchObject([{ hub: 'hub-1' }, { hub: 'hub-1' }]);
  await clock.advance(days(30));
  expect([grantOf(first.certificate), grantOf(second.certificate)]).toMatchObject([null, { hub: 'hub-1' }]);
  expect(await codeOf(renew(first.certificate))).toBe('claim-refused');
});

it('a revocation ends certificates, passwords and codes', async () => {
  const { certificate } = await credentials.claimCertificate(credentials.provision('hub-1'), csr, here);
  const { password } = await credentials.claimPassword(credentials.provision('hub-1'), here);
  const code = credentials.provision('hub-1');
  const grants = [grantOf(certificate), await credentials.grantOfPassword('hub-1', password)];
  expect(grants.map((grant) => grant && credentials.stillValid(grant))).toEqual([true, true]);
  expect(await credentials.grantOfPassword('hub-1', 'wrong')).toBeNull();
  expect(credentials.revoke('hub-1')).toBe(true);
  expect(grants.map((grant) => grant && credentials.stillValid(grant))).toEqual([false, false]);
  expect([grantOf(certificate), await credentials.grantOfPassword('hub-1', password)]).toEqual([null, null]);
  expect(await codeOf(credentials.claimPassword(code, here))).toBe('claim-refused');
});

it('knows no certificate of another authority, nor one that vouches for itself', async () => {
  const other = await testAuthority(clock.wall());
  expect(grantOf((await other.issueHub(csr, 'hub-1', clock.wall())).certificate)).toBeNull();
  expect(grantOf(selfSigned('hub-1').certificate)).toBeNull();
});
