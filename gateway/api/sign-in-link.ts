/**
 * The address that signs a person in once. The token is in the fragment: it reaches no server log, and whatever opens
 * the address (a mail scanner, a preview) spends nothing, since only the console's POST does.
 */
export const signInLink = (baseUrl: string, token: string): string =>
  `${baseUrl.replace(/\/+$/, '')}/#link=${encodeURIComponent(token)}`;
