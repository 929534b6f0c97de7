import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#gateway/config/load.ts';
import { fileProblems } from '#gateway/file-problems.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { days, wallMs } from '#kernel/time.ts';
import { type Certificates, makeCertificates } from '#support/certificates.ts';
import { TempDir } from '#support/temp-dir.ts';

const now = new SystemClock().wall();
let dir: TempDir;
beforeEach(() => {
  dir = new TempDir();
});
afterEach(() => dir[Symbol.dispose]());

function problemsOf(variables: Record<string, string>, at = now): Record<string, string> {
  const result = loadConfig(undefined, { INFUSION_DATA_DIR: dir.file('data'), ...variables });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const problems = fileProblems(result.config, at);
  for (const { mend } of problems) expect(mend).toMatch(/^[A-Z].*\.$/);
  return Object.fromEntries(problems.map(({ where, problem }) => [where, problem]));
}

describe('the files of a configuration', () => {
  it('may be missing where the gateway makes them', () => {
    expect(problemsOf({})).toEqual({});
    expect(problemsOf({ INFUSION_DATA_DIR: dir.file('a/b/c') })).toEqual({});
  });

  it('are all looked at, each with what is wrong', () => {
    writeFileSync(dir.file('a-file'), '');
    writeFileSync(dir.file('policy.json'), '{"x":1}');
    const problems = problemsOf({
      INFUSION_DATA_DIR: dir.file('a-file'),
      INFUSION_POLICY: dir.file('policy.json'),
      INFUSION_BENEFIT: dir.file('nowhere.json'),
      INFUSION_TLS_CERT: dir.file('nowhere.pem'),
      INFUSION_TLS_KEY: dir.file('policy.json'),
      INFUSION_MQTT_URL: 'mqtts://127.0.0.1:1',
      INFUSION_MQTT_CA: dir.file('a-file'),
    });
    expect(Object.keys(problems).sort()).toEqual([
      'INFUSION_BENEFIT',
      'INFUSION_DATA_DIR',
      'INFUSION_KEYS_DIR',
      'INFUSION_MQTT_CA',
      'INFUSION_POLICY',
      'INFUSION_TLS_CERT',
      'INFUSION_TLS_KEY',
    ]);
    expect(problems['INFUSION_DATA_DIR']).toMatch(/a-file is no folder/);
    expect(problems['INFUSION_BENEFIT']).toMatch(/ENOENT/);
    expect(problems['INFUSION_POLICY']).toMatch(/Alert policy:/);
  });

  it('a restore that was cut short is named', () => {
    mkdirSync(dir.file('data/restoring'), { recursive: true });
    expect(problemsOf({})['INFUSION_DATA_DIR']).toMatch(/restore/);
  });

  describe('of TLS', () => {
    let made: Certificates;
    beforeEach(() => {
      made = makeCertificates(dir, 'hub');
    });

    it('are in order when the key fits and the time is right', () => {
      const { cert, key } = made.server;
      expect(problemsOf({ INFUSION_TLS_CERT: cert, INFUSION_TLS_KEY: key })).toEqual({});
    });

    it('are refused when the key is another, or the certificate is over or not begun', () => {
      const { cert, key } = made.server;
      const other = problemsOf({ INFUSION_TLS_CERT: cert, INFUSION_TLS_KEY: made.client.key });
      expect(other).toEqual({ INFUSION_TLS_KEY: 'the key is of another certificate' });
      const at = (ms: number) => problemsOf({ INFUSION_TLS_CERT: cert, INFUSION_TLS_KEY: key }, wallMs(now + ms));
      expect(at(days(3))['INFUSION_TLS_CERT']).toMatch(/^the certificate ended on /);
      expect(at(-days(3))['INFUSION_TLS_CERT']).toMatch(/^the certificate begins on /);
    });
  });
});
