import { readFileSync } from 'node:fs';
import { GatewayError, messageOf } from '#kernel/errors.ts';

/** A PEM text, or the file that holds it. */
export function pem(textOrPath: string): string {
  if (textOrPath.includes('-----BEGIN')) return textOrPath;
  try {
    return readFileSync(textOrPath, 'utf8');
  } catch (error) {
    throw new GatewayError('config-invalid', `${textOrPath}: ${messageOf(error)}`, { cause: error });
  }
}
