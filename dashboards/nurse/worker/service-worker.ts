/** What a page of the notifier says (Web Push, decrypted by the browser). It names no patient. */
interface PushText {
  readonly title: string;
  readonly url: string | null;
  readonly tag: string;
  readonly receipt: string;
  readonly kind: string;
}

export {};

declare const self: ServiceWorkerGlobalScope;

const shell = 'shell-1';

/** The files a page of the shell names: their names hold their content's hash, so a kept one is never out of date. */
const assetsOf = (page: string): string[] => [...page.matchAll(/\/assets\/[\w.-]+/g)].map(([path]) => path);

/** Keeps the shell, and forgets the files of older ones. */
async function keepShell(page: Response): Promise<void> {
  const cache = await caches.open(shell);
  const named = assetsOf(await page.clone().text());
  await cache.put('/', page);
  const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  await Promise.all(
    kept.filter((path) => path.startsWith('/assets/') && !named.includes(path)).map((path) => cache.delete(path)),
  );
  await cache.addAll(named.filter((path) => !kept.includes(path)));
}

async function pageOf(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.ok) await keepShell(answer.clone());
    return answer;
  } catch (failed) {
    const kept = await caches.match('/');
    if (kept === undefined) throw failed;
    return kept;
  }
}

const assetOf = async (request: Request): Promise<Response> => (await caches.match(request)) ?? fetch(request);

self.addEventListener('install', (event) => {
  event.waitUntil(
    fetch('/', { cache: 'no-cache' })
      .then(keepShell)
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// The shell only. Nothing of the API is ever kept: old data must not pass for new.
self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== self.location.origin) return;
  if (event.request.mode === 'navigate' && pathname === '/') event.respondWith(pageOf(event.request));
  else if (pathname.startsWith('/assets/')) event.respondWith(assetOf(event.request));
});

const tell = (id: string, state: 'delivered' | 'read'): Promise<unknown> =>
  fetch('/api/v1/receipts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, state }),
  }).catch(() => undefined);

self.addEventListener('push', (event) => {
  const said: PushText | undefined = event.data?.json();
  if (said === undefined) return;
  const shown = self.registration.showNotification(said.title, {
    tag: said.tag,
    icon: '/icon.svg',
    requireInteraction: said.kind === 'page',
    data: { url: said.url, receipt: said.receipt },
  });
  event.waitUntil(shown.then(() => tell(said.receipt, 'delivered')));
});

self.addEventListener('notificationclick', (event) => {
  const { url, receipt }: { url: string | null; receipt: string } = event.notification.data;
  event.notification.close();
  event.waitUntil(Promise.all([self.clients.openWindow(url ?? '/'), tell(receipt, 'read')]));
});
