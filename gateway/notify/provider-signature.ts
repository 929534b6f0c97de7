import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The provider's signature of a callback, as Twilio makes it: HMAC-SHA1 with the account's token over the full address
 * and every field of the form, in order of their names. SHA-1 is the provider's choice; as an HMAC it is not broken.
 */
export function providerSignature(token: string, url: string, form: Readonly<Record<string, string>>): string {
  const fields = Object.keys(form).toSorted();
  const text = url + fields.map((name) => `${name}${form[name] ?? ''}`).join('');
  return createHmac('sha1', token).update(text).digest('base64');
}

export function isSignedByProvider(
  token: string,
  url: string,
  form: Readonly<Record<string, string>>,
  signature: string,
): boolean {
  const expected = Buffer.from(providerSignature(token, url, form));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
