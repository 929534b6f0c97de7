import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeSecrets } from './made-secrets.ts';

describe('deploy/make-secrets.sh', () => {
  let secrets: MadeSecrets;
  beforeAll(() => {
    secrets = new MadeSecrets('hub-a', 'hub.a');
  });
  afterAll(() => secrets[Symbol.dispose]());

  const all = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(secrets.path, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(secrets.file(name)).isFile())
        .map((name) => [name, secrets.read(name)]),
    );
  const mode = (name: string): number => statSync(secrets.file(name)).mode & 0o777;

  it('keeps all from others on this machine', () => {
    expect(mode('.')).toBe(0o700);
    expect(mode('hubs')).toBe(0o700);
    expect(mode('ca.key')).toBe(0o600);
  });

  it('makes each password of its own, 256 random bits', () => {
    const passwords = Object.entries(all()).filter(([name]) => /password$|token$|^hubs\//.test(name));
    expect(passwords.length).toBe(8);
    for (const [name, text] of passwords) expect(text, name).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(passwords.map(([, text]) => text)).size).toBe(passwords.length);
  });

  it('makes a certificate that the authority vouches for, for all names, to serve and nothing else', () => {
    const ca = new X509Certificate(secrets.read('ca.pem'));
    const broker = new X509Certificate(secrets.read('mosquitto.pem'));
    expect(broker.checkIssued(ca) && broker.verify(ca.publicKey)).toBe(true);
    expect([ca.ca, broker.ca]).toEqual([true, false]);
    for (const name of ['mosquitto', 'localhost', 'broker.example.org']) expect(broker.checkHost(name)).toBe(name);
    for (const address of ['127.0.0.1', '192.0.2.7', '2001:db8::7']) expect(broker.checkIP(address)).toBeDefined();
    expect(broker.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(
      execFileSync(
        'openssl',
        ['verify', '-x509_strict', '-CAfile', secrets.file('ca.pem'), secrets.file('mosquitto.pem')],
        { encoding: 'utf8' },
      ),
    ).toContain('OK');
  });

  it('changes nothing when run again', () => {
    const before = all();
    secrets.run();
    secrets.run('hub', 'hub-a');
    expect(all()).toEqual(before);
  });

  it('makes anew what was deleted, with the account that goes with it', () => {
    const before = secrets.read('mosquitto-passwords');
    rmSync(secrets.file('hubs/hub-a'));
    secrets.run('hub', 'hub-a');
    const [was, is] = [before, secrets.read('mosquitto-passwords')].map(
      (text) =>
        new Map(
          text
            .trim()
            .split('\n')
            .map((line) => [line.split(':')[0], line]),
        ),
    );
    expect(is?.get('hub-a')).not.toBe(was?.get('hub-a'));
    expect(is?.get('hub.a')).toBe(was?.get('hub.a'));
    expect([...(is?.keys() ?? [])].sort()).toEqual(['hub-a', 'hub.a', 'infusion-gateway', 'sim-hub-01']);
  });

  it.each(['+', 'a/b', '#', '', 'infusion-gateway', 'a:b', 'a\nb', '.a', 'a'.repeat(65)])(
    'refuses a hub named %j',
    (name) => {
      const before = all();
      expect(() => secrets.run('hub', name)).toThrow(/cannot be the name of a hub/);
      expect(all()).toEqual(before);
    },
  );
});
