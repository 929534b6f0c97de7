import type { FastifyError } from 'fastify';
import { type ErrorCode, errorKinds, GatewayError, systemCodeOf } from '#kernel/errors.ts';

/** The HTTP status of each error. Conditions of the machine are not the caller's fault: 503 where trying again helps. */
export const httpStatus = {
  'config-invalid': 500,
  'port-in-use': 500,
  'data-dir-locked': 500,
  'data-dir-unusable': 500,
  'schema-too-new': 500,
  'restore-unfinished': 500,
  'folder-not-empty': 500,
  'backup-running': 500,
  'backup-damaged': 500,
  'backup-key-wrong': 500,
  'backup-too-new': 500,
  'key-mismatch': 500,
  'storage-refused': 503,
  'peer-refused': 502,
  'peer-denied': 502,
  'peer-unavailable': 503,
  'not-found': 404,
  'bad-request': 400,
  unauthenticated: 401,
  forbidden: 403,
  'link-spent': 410,
  'sign-in-refused': 401,
  'too-many-tries': 429,
  'too-many-calls': 429,
  'key-reused': 422,
  'call-in-hand': 409,
  'cross-site': 403,
  'too-large': 413,
  'wrong-content-type': 415,
  'too-many-streams': 503,
  'stale-version': 409,
  'claim-refused': 401,
  'renewal-too-early': 409,
  'version-needed': 428,
  'version-conflict': 412,
  'action-not-allowed': 409,
  'gateway-fault': 500,
} as const satisfies Record<ErrorCode, number>;

/** RFC 9457 problem details, with the code of kernel/errors.ts and what to do next. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly next: string;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

export function problemOf(error: GatewayError): Problem {
  const { says, next } = errorKinds[error.code];
  return {
    type: `urn:infusion-gateway:problem:${error.code}`,
    title: says,
    status: httpStatus[error.code],
    code: error.code,
    detail: error.detail,
    next,
  };
}

/** Seconds for the Retry-After header; undefined when trying again does not help. */
export function retryAfterSeconds(error: GatewayError): number | undefined {
  if (error.kind.retry !== 'transient') return undefined;
  return error.retryAfterMs === undefined ? DEFAULT_RETRY_S : Math.max(1, Math.ceil(error.retryAfterMs / 1_000));
}

const DEFAULT_RETRY_S = 5;

/**
 * Whatever was thrown while a request was served, as an error that may be shown. What we did not raise on purpose
 * becomes `gateway-fault` without its words, which could name anything; `reference` leads to the log line that has them.
 */
export function shownError(thrown: unknown, reference: string): GatewayError {
  const ourFault = (code: ErrorCode) => new GatewayError(code, `Reference ${reference}.`, { cause: thrown });
  if (thrown instanceof GatewayError) {
    // The words of our own faults name files and folders; they are for the log.
    return httpStatus[thrown.code] === 500 ? ourFault(thrown.code) : thrown;
  }
  if (!isFastifyError(thrown)) return ourFault('gateway-fault');
  if (thrown.validation) return new GatewayError('bad-request', validationDetail(thrown));
  const known = frameworkErrors[thrown.code];
  if (known) return new GatewayError(known.code, known.detail);
  const status = thrown.statusCode ?? 500;
  return status >= 400 && status < 500 ? new GatewayError('bad-request', '') : ourFault('gateway-fault');
}

/** Raised by the framework itself about the request. */
const isFastifyError = (thrown: unknown): thrown is FastifyError => systemCodeOf(thrown)?.startsWith('FST_') ?? false;

const frameworkErrors: Readonly<Record<string, { readonly code: ErrorCode; readonly detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too-large', detail: 'A body has at most 64 KiB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'wrong-content-type', detail: '' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'bad-request', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'bad-request', detail: 'The body is empty.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad-request',
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_BAD_URL: { code: 'bad-request', detail: 'The address is not a valid URL.' },
};

/** `query.limit must be <= 1000; query.after must be integer`. Names fields and rules, never the value sent. */
function validationDetail(error: FastifyError): string {
  const where = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'request');
  const parts = (error.validation ?? []).flatMap(({ instancePath, keyword, message, params }) => {
    const field = `${where}${instancePath.replaceAll('/', '.')}`;
    // Beside each unknown field the validator also reports that its schema is `false`.
    if (keyword === 'boolean') return [];
    if (keyword === 'additionalProperties') return [`${field}: ${namesIn(params)} is not a field of this call`];
    if (keyword === 'enum') return [`${field} must be one of ${namesIn(params)}`];
    return [`${field} ${message ?? 'is wrong'}`];
  });
  return `${[...new Set(parts)].join('; ')}.`;
}

/** The list in an error's parameters, whatever the validator calls it. */
function namesIn(params: Readonly<Record<string, unknown>>): string {
  const names = Object.values(params).flat().map(String);
  return names.slice(0, 20).join(', ').slice(0, 300);
}
