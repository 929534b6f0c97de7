import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { GatewayError } from '#kernel/errors.ts';
import { days, type WallMs } from '#kernel/time.ts';
import type { KeyFolder } from './key-folder.ts';

cryptoProvider.set(webcrypto);

const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A hub asks for the next certificate from day 60 on. */
export const HUB_CERTIFICATE_LIFE = days(90);
export const RENEWAL_BEFORE_END = days(30);
const SERVER_CERTIFICATE_LIFE = days(365);
const AUTHORITY_LIFE = days(3_650);
/** Clocks of hubs are not exact. */
const BACKDATED = days(1);
const MAX_CSR_CHARS = 8_192;

export interface IssuedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** In hex. */
  readonly serial: string;
  readonly notAfter: number;
}

/**
 * The gateway's own certificate authority: it vouches for hubs, and for the gateway's address where no certificate is
 * given. `ca-key.pem` and `ca.pem` in the key folder are made at first use; those of an authority that exists may be put
 * there instead.
 */
export class CertificateAuthority {
  /** PEM of its own certificate: what hubs trust, and what hub certificates are checked against. */
  readonly certificate: string;
  readonly #issuer: X509Certificate;
  readonly #key: webcrypto.CryptoKey;

  private constructor(issuer: X509Certificate, key: webcrypto.CryptoKey) {
    this.#issuer = issuer;
    this.#key = key;
    this.certificate = issuer.toString('pem');
  }

  static async open(keys: KeyFolder, now: WallMs): Promise<CertificateAuthority> {
    const pem = keys.text('ca-key.pem', newKey);
    const key = await importKey(pem);
    const made = await selfSigned(key, now);
    const issuer = new X509Certificate(keys.text('ca.pem', () => made.toString('pem')));
    return new CertificateAuthority(issuer, key.privateKey);
  }

  /**
   * A certificate for the key of this request, in the name of this hub, whatever name the request says.
   * @throws GatewayError `bad-request` when the request is malformed, not signed by its key, or the key is weak
   */
  async issueHub(csrPem: string, hub: string, now: WallMs): Promise<IssuedCertificate> {
    const request = await checkedRequest(csrPem);
    return this.#issue(`CN=${hub}`, request.publicKey, now, HUB_CERTIFICATE_LIFE, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]);
  }

  /** A certificate and key for the gateway's own addresses. */
  async issueServer(names: readonly string[], now: WallMs): Promise<IssuedCertificate & { readonly key: string }> {
    const key = newKey();
    const { publicKey } = await importKey(key);
    const alternative = names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value }));
    const issued = await this.#issue(`CN=${names[0] ?? 'localhost'}`, publicKey, now, SERVER_CERTIFICATE_LIFE, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(alternative),
    ]);
    return { ...issued, key };
  }

  async #issue(
    subject: string,
    publicKey: webcrypto.CryptoKey | Pkcs10CertificateRequest['publicKey'],
    now: WallMs,
    life: number,
    extensions: readonly Extension[],
  ): Promise<IssuedCertificate> {
    const notAfter = now + life;
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: this.#issuer.subject,
      notBefore: new Date(now - BACKDATED),
      notAfter: new Date(notAfter),
      publicKey,
      signingKey: this.#key,
      signingAlgorithm: signing,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await AuthorityKeyIdentifierExtension.create(this.#issuer.publicKey),
        await SubjectKeyIdentifierExtension.create(publicKey),
        ...extensions,
      ],
    });
    return {
      certificate: `${certificate.toString('pem')}\n`,
      serial: certificate.serialNumber.toLowerCase(),
      notAfter: certificate.notAfter.getTime(),
    };
  }
}

const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

async function importKey(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, signing, true, ['sign']);
  const { d: _secret, key_ops: _ops, ...jwk } = await webcrypto.subtle.exportKey('jwk', privateKey);
  return { privateKey, publicKey: await webcrypto.subtle.importKey('jwk', jwk, signing, true, ['verify']) };
}

async function selfSigned(keys: webcrypto.CryptoKeyPair, now: WallMs): Promise<X509Certificate> {
  return X509CertificateGenerator.createSelfSigned({
    name: 'CN=infusion-gateway CA',
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(now + AUTHORITY_LIFE),
    keys,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

async function checkedRequest(pem: string): Promise<Pkcs10CertificateRequest> {
  const refuse = (why: string, cause?: unknown) => new GatewayError('bad-request', `csr: ${why}`, { cause });
  if (pem.length > MAX_CSR_CHARS) throw refuse('it is too long');
  let request: Pkcs10CertificateRequest;
  try {
    request = new Pkcs10CertificateRequest(pem);
    if (!(await request.verify())) throw new Error('signature');
  } catch (error) {
    throw refuse('it is no PKCS#10 request in PEM that its own key has signed', error);
  }
  const { algorithm } = request.publicKey;
  const weak = 'modulusLength' in algorithm && Number(algorithm.modulusLength) < 2_048;
  if (weak) throw refuse('an RSA key has 2048 bits at least');
  return request;
}

const isAddress = (name: string): boolean => /^[\d.]+$/.test(name) || name.includes(':');
