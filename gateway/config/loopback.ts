/** Loopback names and addresses: nothing outside this machine can reach them. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);
