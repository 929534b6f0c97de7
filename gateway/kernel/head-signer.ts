import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

/** Signs the heads of chains, so that nobody without the key can write a chain anew and have it pass. */
export interface HeadSigner {
  /** Which key it is: the beginning of the SHA-256 of its public half. */
  readonly keyId: string;
  /** The public half, PEM. Kept elsewhere, it proves a chain without trusting the machine that wrote it. */
  readonly publicKey: string;
  /** Ed25519, base64. */
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
}

/** A new private key, PEM. */
export const newSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export function ed25519Signer(privateKeyPem: string): HeadSigner {
  const privateKey = createPrivateKey(privateKeyPem);
  const publicKey = createPublicKey(privateKeyPem);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    keyId: createHash('sha256').update(der).digest('hex').slice(0, 16),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
  };
}
