import { readFileSync } from 'node:fs';
import { type AlertPolicy, defaultAlertPolicy, parseAlertPolicy } from '#alerts/policy.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';

/** The numbers of the alert rules: a file's, or those built in. @throws GatewayError `config-invalid` */
export function readPolicy(path: string | undefined): AlertPolicy {
  if (path === undefined) return defaultAlertPolicy;
  try {
    return parseAlertPolicy(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('config-invalid', `policy ${path}: ${messageOf(error)}`, { cause: error });
  }
}
