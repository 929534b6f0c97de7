/** Who has to act: the sender of the input, the person who runs the gateway, a system beside us, or us. */
export type Fault = 'sender' | 'operator' | 'peer' | 'gateway';
/** `transient`: try again. `ambiguous`: it may have happened, retry only what is idempotent. `permanent`: do not retry. */
export type Retry = 'transient' | 'ambiguous' | 'permanent';

export interface ErrorKind {
  readonly fault: Fault;
  readonly retry: Retry;
  /** What happened, for a person. */
  readonly says: string;
  /** What to do next, for that person. */
  readonly next: string;
}

/** Every error the gateway raises on purpose. docs/errors.md lists the same; a test keeps the two equal. */
export const errorKinds = {
  'config-invalid': {
    fault: 'operator',
    retry: 'permanent',
    says: 'The configuration has problems.',
    next: 'Mend each problem listed, then start again. `infusion-gateway check` lists them without starting.',
  },
  'port-in-use': {
    fault: 'operator',
    retry: 'permanent',
    says: 'A port the gateway needs is taken by another program.',
    next: 'Stop the other program, or choose another port with INFUSION_HTTP_PORT or INFUSION_MQTT_PORT.',
  },
  'data-dir-locked': {
    fault: 'operator',
    retry: 'permanent',
    says: 'Another gateway is using this data folder.',
    next: 'Stop the other gateway, or choose another folder with INFUSION_DATA_DIR.',
  },
  'data-dir-unusable': {
    fault: 'operator',
    retry: 'permanent',
    says: 'The data folder cannot be written.',
    next: 'Check that INFUSION_DATA_DIR names a folder on a writable disk and that this user owns it.',
  },
  'schema-too-new': {
    fault: 'operator',
    retry: 'permanent',
    says: 'The data folder was written by a newer gateway.',
    next: 'Run that newer version, or restore a backup made before the upgrade.',
  },
  'restore-unfinished': {
    fault: 'operator',
    retry: 'permanent',
    says: 'A restore into this data folder did not come to its end.',
    next: 'Empty the folder and restore again.',
  },
  'folder-not-empty': {
    fault: 'operator',
    retry: 'permanent',
    says: 'Something lies already where the backup would be restored to, so nothing was touched.',
    next: 'Name a new or empty data folder (--into, INFUSION_DATA_DIR), and for keys a folder without other keys.',
  },
  'backup-running': {
    fault: 'operator',
    retry: 'transient',
    says: 'Another backup of this data folder is being made.',
    next: 'Wait until it has ended.',
  },
  'backup-damaged': {
    fault: 'operator',
    retry: 'permanent',
    says: 'This is no backup, or it is damaged or cut off; nothing was restored.',
    next: 'Take another copy of the file, or an earlier backup.',
  },
  'backup-key-wrong': {
    fault: 'operator',
    retry: 'permanent',
    says: 'The backup was made with another key; nothing was restored.',
    next: 'Give the key file with which it was made (--key-file).',
  },
  'backup-too-new': {
    fault: 'operator',
    retry: 'permanent',
    says: 'The backup was made by a newer gateway; nothing was restored.',
    next: 'Restore it with that version or a later one.',
  },
  'key-mismatch': {
    fault: 'operator',
    retry: 'permanent',
    says: 'What is encrypted here cannot be opened with the key at hand, or it was changed.',
    next: 'Give back the key files that belong to this data (INFUSION_KEYS_DIR), or restore both from one backup.',
  },
  'storage-refused': {
    fault: 'operator',
    retry: 'transient',
    says: 'The disk refused a write, so nothing is acknowledged.',
    next: 'Free space or repair the disk. Hubs keep their readings and send them again by themselves.',
  },
  'peer-refused': {
    fault: 'peer',
    retry: 'permanent',
    says: 'The other server refused the request for a reason that repeating will not change.',
    next: 'Read the detail, mend the address, credentials or data it names.',
  },
  'peer-denied': {
    fault: 'operator',
    retry: 'transient',
    says: 'The other server does not let the gateway in, or lacks what it is told to use.',
    next: 'Nothing is lost: the gateway tries again by itself. Mend the address, credentials or database that the detail names.',
  },
  'peer-unavailable': {
    fault: 'peer',
    retry: 'transient',
    says: 'The other server did not answer, or answered that it cannot now.',
    next: 'Nothing is lost: the gateway tries again by itself. Check that server if this lasts.',
  },
  'not-found': {
    fault: 'sender',
    retry: 'permanent',
    says: 'There is no such thing here.',
    next: 'Check the id and the address.',
  },
  'bad-request': {
    fault: 'sender',
    retry: 'permanent',
    says: 'The request is not of the form this call takes.',
    next: 'Mend what the detail names. /api/openapi.json describes each call.',
  },
  unauthenticated: {
    fault: 'sender',
    retry: 'permanent',
    says: 'This call needs a signed-in person or an API token.',
    next: 'Sign in, or send `Authorization: Bearer TOKEN` with a token made by `infusion-gateway token add`.',
  },
  forbidden: {
    fault: 'sender',
    retry: 'permanent',
    says: 'This role may not do that.',
    next: 'Ask a person whose role allows it.',
  },
  'link-spent': {
    fault: 'sender',
    retry: 'permanent',
    says: 'This sign-in link was used before, or is too old.',
    next: 'Ask for a new one: `infusion-gateway user link`, or restart the demo.',
  },
  'sign-in-refused': {
    fault: 'sender',
    retry: 'permanent',
    says: 'Nobody was signed in.',
    next: 'Check name and password, or ask for a one-time sign-in link.',
  },
  'too-many-tries': {
    fault: 'sender',
    retry: 'transient',
    says: 'Too many failed sign-ins in a short time.',
    next: 'Wait as long as the Retry-After header says, then try again.',
  },
  'too-many-calls': {
    fault: 'sender',
    retry: 'transient',
    says: 'More calls than one caller may make in this time.',
    next: 'Wait as long as the Retry-After header says. Taking an alert is never held up.',
  },
  'key-reused': {
    fault: 'sender',
    retry: 'permanent',
    says: 'This Idempotency-Key was used for another call, so nothing was done.',
    next: 'Send a new key with each new act, and the same key only with the same act.',
  },
  'call-in-hand': {
    fault: 'sender',
    retry: 'transient',
    says: 'The first call with this Idempotency-Key is still being done.',
    next: 'Ask again with the same key: the answer will be that of the first call.',
  },
  'cross-site': {
    fault: 'sender',
    retry: 'permanent',
    says: 'The request came from a page of another site.',
    next: 'Use the console at its own address. Programs send an API token instead of a cookie.',
  },
  'too-large': {
    fault: 'sender',
    retry: 'permanent',
    says: 'The request is larger than this call takes.',
    next: 'Send less at a time.',
  },
  'wrong-content-type': {
    fault: 'sender',
    retry: 'permanent',
    says: 'The body is not of a type this call reads.',
    next: 'Send JSON with the header `Content-Type: application/json`.',
  },
  'too-many-streams': {
    fault: 'gateway',
    retry: 'transient',
    says: 'The gateway serves as many live event streams as it may.',
    next: 'Close streams that nobody looks at, or raise the limit.',
  },
  'stale-version': {
    fault: 'sender',
    retry: 'permanent',
    says: 'The alert changed since you saw it, so nothing was done.',
    next: 'Look at its present state and decide again.',
  },
  'claim-refused': {
    fault: 'sender',
    retry: 'permanent',
    says: 'This claim code or certificate lets no hub in: it is unknown, used, too old or revoked.',
    next: 'Ask for a new claim code: `infusion-gateway provision hub`.',
  },
  'renewal-too-early': {
    fault: 'sender',
    retry: 'transient',
    says: 'The certificate is renewed in its last 30 days only.',
    next: 'Ask again from day 60 on.',
  },
  'version-needed': {
    fault: 'sender',
    retry: 'permanent',
    says: 'A record is written on top of the version that the writer saw, and none was named.',
    next: 'Send its ETag in `If-Match`, or `If-None-Match: *` for a new record.',
  },
  'version-conflict': {
    fault: 'sender',
    retry: 'permanent',
    says: 'The record changed since you saw it, so nothing was written.',
    next: 'Read it again, and send the version that its ETag names in `If-Match`.',
  },
  'action-not-allowed': {
    fault: 'sender',
    retry: 'permanent',
    says: 'The alert is in a state in which this action means nothing.',
    next: 'Look at its present state.',
  },
  'gateway-fault': {
    fault: 'gateway',
    retry: 'ambiguous',
    says: 'The gateway made a mistake.',
    next: 'Report it with the log lines around it.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** The one error class. Branch on `code`, never on the words. `detail` says what exactly, without patient data. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  /** When the other side should try again, if that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(`${errorKinds[code].says} ${detail}`.trim(), options);
    this.name = 'GatewayError';
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = options?.retryAfterMs;
  }

  get kind(): ErrorKind {
    return errorKinds[this.code];
  }
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's code of a thrown error (`ENOSPC`, `EADDRINUSE` …), if it has one. */
export function systemCodeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
