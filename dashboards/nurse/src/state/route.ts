import { signal } from '@preact/signals';

/** What the detail panel shows. It lives in the address, so that a page can be sent to a colleague or reloaded. */
export type Route =
  | { readonly view: 'home' }
  | { readonly view: 'alert'; readonly id: string }
  | { readonly view: 'pump'; readonly id: string };

export function routeOf(hash: string): Route {
  const [, view, id] = /^#\/(alerts|pumps)\/(.+)$/.exec(hash) ?? [];
  if (view === undefined || id === undefined) return { view: 'home' };
  return { view: view === 'alerts' ? 'alert' : 'pump', id: decodeURIComponent(id) };
}

export const hashOf = (route: Route): string => {
  if (route.view === 'home') return '#/';
  return `#/${route.view === 'alert' ? 'alerts' : 'pumps'}/${encodeURIComponent(route.id)}`;
};

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
  if (sideBySide.matches) return;
  // One thing at a time on a narrow screen: a detail begins at its head, and the list is where it was left.
  if (from.view === 'home') listScroll = window.scrollY;
  const top = route.value.view === 'home' ? listScroll : 0;
  requestAnimationFrame(() => window.scrollTo({ top }));
});
