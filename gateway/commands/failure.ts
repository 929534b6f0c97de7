import { errorKinds, GatewayError, messageOf } from '#kernel/errors.ts';

/** Says what went wrong and what to do next, and sets the exit status. */
export function sayFailure(error: unknown): void {
  const kind = error instanceof GatewayError ? error.kind : errorKinds['gateway-fault'];
  process.stderr.write(`infusion-gateway: ${messageOf(error)}\n${kind.next}\n`);
  process.exitCode = kind.fault === 'gateway' ? 1 : 2;
}
