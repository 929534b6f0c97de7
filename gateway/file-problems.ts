import { createPrivateKey, X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RESTORING } from '#journal/data-dir.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import type { WallMs } from '#kernel/time.ts';
import type { Config, ConfigProblem } from './config/schema.ts';
import { keysDirOf } from './keys.ts';
import { readBenefitSettings } from './open-benefit.ts';
import { pem } from './pem.ts';
import { readPolicy } from './read-policy.ts';

/** What is wrong with the folders and files that the configuration names. Looks, and changes nothing. */
export function fileProblems(config: Config, now: WallMs): ConfigProblem[] {
  const { tls, mqtt, influx, notify } = config;
  const problems: ConfigProblem[] = [];
  const attempt = (where: string, mend: string, look: () => unknown) => {
    try {
      look();
    } catch (error) {
      const problem = error instanceof GatewayError ? error.detail : messageOf(error);
      problems.push({ where, problem: problem.trim(), mend });
    }
  };
  const folder = 'Name a folder on a writable disk that belongs to this user.';
  attempt('INFUSION_DATA_DIR', folder, () => mustBeUsable(config.dataDir));
  attempt('INFUSION_KEYS_DIR', folder, () => mustBeUsable(keysDirOf(config)));
  if (existsSync(join(config.dataDir, RESTORING))) {
    problems.push({
      where: 'INFUSION_DATA_DIR',
      problem: 'a restore into it did not come to its end',
      mend: 'Empty the folder and restore again.',
    });
  }
  attempt('INFUSION_POLICY', 'Mend the file; gateway/alerts/default-policy.json is the form.', () =>
    readPolicy(config.policy),
  );
  attempt('INFUSION_BENEFIT', 'Mend the file; docs/claims.md has the form.', () =>
    config.benefit === undefined ? null : readBenefitSettings(config.benefit),
  );

  const certificate = 'Name a PEM file with a certificate that is valid now and that this user can read.';
  const privateKey = 'Name a PEM file with the private key of the certificate, without a passphrase.';
  const certificates = {
    INFUSION_TLS_CERT: tls.cert,
    INFUSION_MQTT_CA: mqtt.ca,
    INFUSION_MQTT_CERT: mqtt.cert,
    INFUSION_INFLUX_CA: influx.ca,
    INFUSION_SMTP_CA: notify.smtp.ca,
    INFUSION_PUSH_CA: notify.push.ca,
  };
  for (const [where, value] of Object.entries(certificates)) {
    if (value !== undefined) attempt(where, certificate, () => mustBeValid(pem(value), now));
  }
  const keys = {
    INFUSION_TLS_KEY: { key: tls.key, of: tls.cert },
    INFUSION_MQTT_KEY: { key: mqtt.key, of: mqtt.cert },
    INFUSION_SMTP_DKIM_KEY: { key: notify.smtp.dkimKey, of: undefined },
  };
  for (const [where, { key, of }] of Object.entries(keys)) {
    if (key !== undefined) attempt(where, privateKey, () => mustBeKey(pem(key), of));
  }
  return problems;
}

/** The folder, or where it would be made. */
function mustBeUsable(path: string): void {
  const folder = resolve(path);
  if (!existsSync(folder) && folder !== dirname(folder)) {
    mustBeUsable(dirname(folder));
    return;
  }
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
}

function mustBeValid(text: string, now: WallMs): void {
  const { validFrom, validTo } = new X509Certificate(text);
  if (Date.parse(validTo) <= now) throw new Error(`the certificate ended on ${validTo}`);
  if (Date.parse(validFrom) > now) throw new Error(`the certificate begins on ${validFrom}`);
}

function mustBeKey(text: string, certificate: string | undefined): void {
  const key = createPrivateKey(text);
  // What is wrong with the certificate is said elsewhere.
  if (certificate === undefined || !isCertificate(certificate)) return;
  if (!new X509Certificate(pem(certificate)).checkPrivateKey(key)) throw new Error('the key is of another certificate');
}

function isCertificate(textOrPath: string): boolean {
  try {
    return new X509Certificate(pem(textOrPath)).raw.length > 0;
  } catch {
    return false;
  }
}
