import { randomBytes, verify, X509Certificate } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import { minutes, seconds } from '#kernel/time.ts';
import { TokenBuckets } from '#kernel/token-buckets.ts';
import { hashPassword, passwordMatches } from './access-password.ts';
import { keyOf, newSecret } from './access-records.ts';
import { type CertificateAuthority, type IssuedCertificate, RENEWAL_BEFORE_END } from './certificate-authority.ts';

const claims = 'hub-claim';
const credentials = 'hub-credential';

export const CLAIM_LIFE = minutes(10);

/** Key: SHA-256 of the code. Deleted when spent. */
type Claim = { readonly hub: string; readonly expiresAt: number };

/** What a hub may come in with. Key: the hub. */
type Credential = {
  /** Certificates that were issued to it, by serial; two overlap at a renewal. */
  readonly certificates: { readonly [serial: string]: { readonly notAfter: number } };
  readonly password: string | null;
};

/** By what a hub came in; asked again and again while its link lives. */
export interface HubGrant {
  readonly hub: string;
  /** Serial of the certificate, or the stored form of the password. */
  readonly by: { readonly serial: string } | { readonly password: string };
}

export interface CredentialView {
  readonly hub: string;
  readonly certificates: number;
  /** When the last certificate ends, Unix ms; null without one. */
  readonly notAfter: number | null;
  readonly password: boolean;
}

/** Letters and digits that nobody mistakes for one another (Crockford), 20 of them: 100 bits. */
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Claim codes, certificates and passwords of hubs. Reads go to the store, so that a revocation holds at once. */
export class HubCredentials {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #authority: CertificateAuthority;
  readonly #failures: TokenBuckets;

  constructor(store: StateStore, clock: Pick<Clock, 'wall' | 'monotonic'>, authority: CertificateAuthority) {
    this.#store = store;
    this.#clock = clock;
    this.#authority = authority;
    this.#failures = new TokenBuckets(clock, 10, seconds(30));
  }

  /** The certificate that hubs trust, PEM. */
  get authority(): string {
    return this.#authority.certificate;
  }

  list(): readonly CredentialView[] {
    return this.#store.list<Credential>(credentials).map(({ key, value }) => {
      const ends = Object.values(value.certificates).map(({ notAfter }) => notAfter);
      return {
        hub: key,
        certificates: ends.length,
        notAfter: ends.length === 0 ? null : Math.max(...ends),
        password: value.password !== null,
      };
    });
  }

  /** Spends a claim code on a certificate for the key of this request. @throws GatewayError `claim-refused`, `bad-request` */
  async claimCertificate(code: string, csr: string, address: string): Promise<IssuedCertificate & { hub: string }> {
    const { hub } = this.#claim(code, address);
    const issued = await this.#authority.issueHub(csr, hub, this.#clock.wall());
    this.#store.transact((tx) => {
      this.#spend(tx, code);
      this.#keep(tx, hub, issued);
    });
    return { ...issued, hub };
  }

  /** Spends a claim code on a password, for a hub that cannot do certificates. It is shown this once. */
  async claimPassword(code: string, address: string): Promise<{ readonly hub: string; readonly password: string }> {
    const { hub } = this.#claim(code, address);
    const password = newSecret();
    const hashed = await hashPassword(password);
    this.#store.transact((tx) => {
      this.#spend(tx, code);
      const before = tx.get<Credential>(credentials, hub);
      tx.put(credentials, hub, { certificates: before?.certificates ?? {}, password: hashed });
    });
    return { hub, password };
  }

  /**
   * The next certificate of a hub that has a live one. `signature` is over the text of the request, by the key of the
   * certificate, so that whoever has only seen the certificate gets nothing.
   * @throws GatewayError `claim-refused`, `renewal-too-early`, `bad-request`
   */
  async renew(
    certificate: string,
    csr: string,
    signature: Buffer,
    address: string,
  ): Promise<IssuedCertificate & { hub: string }> {
    this.#mayTry(address);
    const presented = parsedCertificate(certificate);
    const grant = presented && this.grantOfCertificate(presented);
    const proven = presented && grant && verify('sha256', Buffer.from(csr), presented.publicKey, signature);
    if (!grant || !proven) {
      this.#failures.take(address);
      throw new GatewayError('claim-refused', '');
    }
    const notAfter = presented.validToDate.getTime();
    if (this.#clock.wall() < notAfter - RENEWAL_BEFORE_END) {
      throw new GatewayError('renewal-too-early', `It ends at ${presented.validToDate.toISOString()}.`);
    }
    const issued = await this.#authority.issueHub(csr, grant.hub, this.#clock.wall());
    this.#store.transact((tx) => this.#keep(tx, grant.hub, issued));
    return { ...issued, hub: grant.hub };
  }

  /** Makes a claim code for a hub. Codes given before stay as they are. */
  provision(hub: string): string {
    const code = Array.from(randomBytes(20), (byte) => CODE_LETTERS.charAt(byte & 31)).join('');
    const claim: Claim = { hub, expiresAt: this.#clock.wall() + CLAIM_LIFE };
    this.#store.transact((tx) => tx.put(claims, keyOf(code), claim));
    return code;
  }

  /** Ends every certificate, password and claim code of a hub. Answers whether it had any. */
  revoke(hub: string): boolean {
    return this.#store.transact((tx) => {
      const codes = tx.list<Claim>(claims).filter(({ value }) => value.hub === hub);
      for (const { key } of codes) tx.delete(claims, key);
      const known = tx.get<Credential>(credentials, hub) !== undefined;
      if (known) tx.delete(credentials, hub);
      return known || codes.length > 0;
    });
  }

  /** The hub of a certificate that this authority issued, that has not ended and was not revoked. */
  grantOfCertificate(certificate: X509Certificate): HubGrant | null {
    const issuer = new X509Certificate(this.#authority.certificate);
    const ours = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    const hub = /^CN=([^\n]+)$/.exec(certificate.subject)?.[1];
    if (!ours || hub === undefined) return null;
    const grant: HubGrant = { hub, by: { serial: certificate.serialNumber.toLowerCase() } };
    return this.stillValid(grant) ? grant : null;
  }

  async grantOfPassword(hub: string, password: string): Promise<HubGrant | null> {
    const stored = this.#store.get<Credential>(credentials, hub)?.password ?? null;
    const matches = await passwordMatches(password, stored);
    return matches && stored !== null ? { hub, by: { password: stored } } : null;
  }

  stillValid({ hub, by }: HubGrant): boolean {
    const credential = this.#store.get<Credential>(credentials, hub);
    if (!credential) return false;
    if ('password' in by) return credential.password === by.password;
    return (credential.certificates[by.serial]?.notAfter ?? 0) > this.#clock.wall();
  }

  #claim(code: string, address: string): Claim {
    this.#mayTry(address);
    const claim = this.#store.get<Claim>(claims, keyOf(code));
    if (claim && claim.expiresAt > this.#clock.wall()) return claim;
    this.#failures.take(address);
    throw new GatewayError('claim-refused', '');
  }

  #mayTry(address: string): void {
    const wait = this.#failures.waitFor(address);
    if (wait > 0) throw new GatewayError('too-many-tries', '', { retryAfterMs: wait });
  }

  /** Two that come with one code at once: the second finds it gone. */
  #spend(tx: StateTransaction, code: string): void {
    if (!tx.get<Claim>(claims, keyOf(code))) throw new GatewayError('claim-refused', '');
    tx.delete(claims, keyOf(code));
  }

  #keep(tx: StateTransaction, hub: string, { serial, notAfter }: IssuedCertificate): void {
    const before = tx.get<Credential>(credentials, hub);
    const now = this.#clock.wall();
    const live = Object.entries(before?.certificates ?? {}).filter(([, one]) => one.notAfter > now);
    const certificates = { ...Object.fromEntries(live), [serial]: { notAfter } };
    tx.put(credentials, hub, { certificates, password: before?.password ?? null });
  }
}

function parsedCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}
