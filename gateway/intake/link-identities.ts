import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Client } from 'aedes';
import type { LinkIdentity } from './topic-rights.ts';

/** Who came in, and by what; the directory alone knows what is inside. */
export interface LinkGrant {
  readonly hub: string;
}

/** Which hubs there are and what they may carry. */
export interface HubDirectory {
  ofCertificate(certificate: X509Certificate): LinkGrant | null;
  ofPassword(hub: string, password: string): Promise<LinkGrant | null>;
  /** False once it was revoked or has ended: the link is cut. */
  stillValid(grant: LinkGrant): boolean;
  /** Whether this hub's readings may be of this pump. */
  mayCarry(hub: string, pump: string): boolean;
}

/** Each costs 19 MiB and a thread; hubs beyond them come again. */
const MAX_PASSWORDS_IN_CHECK = 8;

/** Who each link is, from its certificate or password. Under open enrolment everybody is anyone. */
export class LinkIdentities {
  readonly #isOpen: boolean;
  readonly #hubs: HubDirectory;
  readonly #identities = new WeakMap<Client, LinkIdentity>();
  readonly #certified = new WeakMap<object, LinkGrant>();
  readonly #grants = new Map<Client, LinkGrant>();
  #passwordsInCheck = 0;

  constructor(enrolment: 'open' | 'closed', hubs: HubDirectory) {
    this.#isOpen = enrolment === 'open';
    this.#hubs = hubs;
  }

  /** A certificate that is shown has to be good; answers why it is not, or null. A hub without one says its password. */
  certify(socket: TLSSocket): string | null {
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) return null;
    if (!socket.authorized) return 'not by our authority';
    const grant = this.#hubs.ofCertificate(certificate);
    if (!grant) return 'revoked or unknown';
    this.#certified.set(socket, grant);
    return null;
  }

  /** Who a link says that it is. Only `identify` makes it so. */
  claimed(client: Client, username: string | undefined): LinkIdentity {
    if (this.#isOpen) return { kind: 'anyone' };
    return { kind: 'hub', hub: this.#certified.get(client.conn)?.hub ?? username ?? '' };
  }

  /** Answers who it is, or null when it may not come in. */
  identify(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    answer: (identity: LinkIdentity | null) => void,
  ): void {
    const admit = (grant: LinkGrant) => {
      this.#grants.set(client, grant);
      answer(this.#isNow(client, { kind: 'hub', hub: grant.hub }));
    };
    if (this.#isOpen) {
      answer(this.#isNow(client, { kind: 'anyone' }));
      return;
    }
    const certified = this.#certified.get(client.conn);
    if (certified) {
      if (username === undefined || username === certified.hub) admit(certified);
      else answer(null);
      return;
    }
    if (username === undefined || password === undefined || this.#passwordsInCheck >= MAX_PASSWORDS_IN_CHECK) {
      answer(null);
      return;
    }
    this.#passwordsInCheck += 1;
    this.#hubs
      .ofPassword(username, password.toString())
      .then(
        (grant) => (grant ? admit(grant) : answer(null)),
        () => answer(null),
      )
      .finally(() => {
        this.#passwordsInCheck -= 1;
      });
  }

  of(client: Client | null): LinkIdentity {
    return (client && this.#identities.get(client)) ?? { kind: 'anyone' };
  }

  drop(client: Client): void {
    this.#grants.delete(client);
  }

  /** Links whose right to be here has ended since the last time. */
  takeRevoked(): readonly { readonly client: Client; readonly hub: string }[] {
    const revoked = [...this.#grants].filter(([, grant]) => !this.#hubs.stillValid(grant));
    for (const [client] of revoked) this.#grants.delete(client);
    return revoked.map(([client, { hub }]) => ({ client, hub }));
  }

  #isNow(client: Client, identity: LinkIdentity): LinkIdentity {
    this.#identities.set(client, identity);
    return identity;
  }
}
