export interface IssuedToHub {
  readonly hub: string;
  readonly certificate: string;
  readonly notAfter: number;
}

/** Claim codes, certificates and passwords of hubs. */
export interface HubCredentialsPort {
  /** The authority's certificate, PEM. */
  readonly authority: string;
  list(): readonly {
    readonly hub: string;
    readonly certificates: number;
    readonly notAfter: number | null;
    readonly password: boolean;
  }[];
  /** A one-time claim code for a hub. */
  provision(hub: string): string;
  revoke(hub: string): boolean;
  /** @throws GatewayError `claim-refused`, `too-many-tries`, `bad-request` */
  claimCertificate(code: string, csr: string, address: string): Promise<IssuedToHub>;
  claimPassword(code: string, address: string): Promise<{ readonly hub: string; readonly password: string }>;
  /** @throws GatewayError `claim-refused`, `renewal-too-early`, `too-many-tries`, `bad-request` */
  renew(certificate: string, csr: string, signature: Buffer, address: string): Promise<IssuedToHub>;
}
