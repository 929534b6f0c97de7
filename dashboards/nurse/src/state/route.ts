import { signal } from '@preact/signals';
import { isPage, type PageName } from './pages.ts';

/** What is shown. It lives in the address, so that a page can be sent to a colleague or reloaded. */
export type Route =
  | { readonly view: 'home' }
  | { readonly view: 'alert'; readonly id: string }
  | { readonly view: 'pump'; readonly id: string }
  | { readonly view: 'page'; readonly page: PageName; readonly id: string | null };

export function routeOf(hash: string): Route {
  const [, view, id] = /^#\/([a-z-]+)(?:\/(.+))?$/.exec(hash) ?? [];
  const named = id === undefined ? null : decodeURIComponent(id);
  if (view === 'alerts' && named !== null) return { view: 'alert', id: named };
  if (view === 'pumps' && named !== null) return { view: 'pump', id: named };
  if (isPage(view)) return { view: 'page', page: view, id: named };
  return { view: 'home' };
}

export function hashOf(route: Route): string {
  if (route.view === 'home') return '#/';
  if (route.view === 'page') {
    return route.id === null ? `#/${route.page}` : `#/${route.page}/${encodeURIComponent(route.id)}`;
  }
  return `#/${route.view === 'alert' ? 'alerts' : 'pumps'}/${encodeURIComponent(route.id)}`;
}

export const route = signal<Route>(routeOf(location.hash));

/** Id of the heading of the detail panel. */
export const detailTitleId = 'detail-title';

/** Id of the link of an alert's row. */
export const rowId = (alert: string): string => `alert-${alert}`;

/** True when the reader opened the panel: the focus should follow there. */
export const moveFocus = signal(false);

/** For a link into the detail panel, when it is followed. `shownAlready`: the panel will not open anew. */
export function followFocus(shownAlready: boolean): void {
  if (shownAlready) document.getElementById(detailTitleId)?.focus();
  else moveFocus.value = true;
}

/** Shows something in the detail panel. `quietly`: beside the list, without a step in the history and without moving the focus. */
export function go(to: Route, quietly = false): void {
  moveFocus.value = !quietly;
  if (quietly) {
    history.replaceState(null, '', hashOf(to));
    route.value = to;
  } else if (location.hash === hashOf(to)) route.value = { ...to };
  else location.hash = hashOf(to);
}

/** Wide enough for list and detail side by side. */
export const sideBySide = matchMedia('(min-width: 760px)');

let listScroll = 0;

window.addEventListener('hashchange', () => {
  const from = route.value;
  route.value = routeOf(location.hash);
  if (sideBySide.matches && route.value.view !== 'page') return;
  // One thing at a time on a narrow screen: a detail begins at its head, and the list is where it was left.
  if (from.view === 'home') listScroll = window.scrollY;
  const top = route.value.view === 'home' ? listScroll : 0;
  requestAnimationFrame(() => window.scrollTo({ top }));
});
