import { api } from '../api/client.ts';

const path = '/worker.js';

/** A content policy with trusted types wants the address of a worker vouched for; older browsers know no such thing. */
interface TrustedTypeFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}
declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypeFactory;
  }
}

const vouched = (): string => {
  const rules = { createScriptURL: () => path };
  return window.trustedTypes?.createPolicy('service-worker', rules).createScriptURL(path) ?? path;
};

/** The installed shell and the pages sent to this device. Without it the console works all the same. */
export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register(vouched()).catch(() => undefined);
}

export const canSubscribe = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** Asks this device to show pages, and tells the gateway where to send them. Null when it did, else why it did not. */
export async function subscribe(): Promise<string | null> {
  if ((await Notification.requestPermission()) !== 'granted') return 'refused';
  const key = await api.pushKey();
  if (key.result !== 'ok') return 'no-answer';
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key.body.key });
    const kept = await api.addContact('push', JSON.stringify(subscription));
    return kept.result === 'ok' ? null : 'no-answer';
  } catch {
    return 'unavailable';
  }
}
