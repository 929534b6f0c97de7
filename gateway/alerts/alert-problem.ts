import { type ErrorCode, errorKinds, GatewayError, messageOf } from '#kernel/errors.ts';

/** Something that keeps alerts from being stored or readings from being judged, for the status page. */
export interface AlertProblem {
  readonly code: ErrorCode;
  readonly says: string;
  readonly next: string;
  readonly detail: string;
}

export function problemOf(error: unknown): AlertProblem {
  const code = error instanceof GatewayError ? error.code : 'gateway-fault';
  const detail = error instanceof GatewayError ? error.detail : messageOf(error);
  const { says, next } = errorKinds[code];
  return { code, says, next, detail };
}
