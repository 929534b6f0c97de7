/** An answer as it left. */
export interface KeptAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Of the version, when the answer had one. */
  readonly etag: string | null;
}

/** Answers to calls that carried an Idempotency-Key, kept for a day so that they can be given again. */
export interface KeptAnswersPort {
  /** What was kept under `key`, with the fingerprint of the call that it answered. */
  find(key: string): { readonly fingerprint: string; readonly answer: KeptAnswer } | undefined;
  /** Keeps it durably before it returns. @throws GatewayError `storage-refused` */
  keep(key: string, fingerprint: string, answer: KeptAnswer): void;
}
