import { signal } from '@preact/signals';
import type { Alert } from '../../../../gateway/model/alert.ts';
import { take } from './actions.ts';
import type { FormAction } from './may-act.ts';
import { neighbour } from './order.ts';
import { go, route, rowId, sideBySide } from './route.ts';
import { fleet, liveness, openAlerts, sending } from './store.ts';

/** Id of the field that searches the lists. */
export const searchId = 'search';

const storageKey = 'single-key-shortcuts';

/** Single keys can be turned off (WCAG 2.1.4): speech input and shaky hands press them by accident. */
export const shortcutsOn = signal(localStorage.getItem(storageKey) !== 'off');
export const helpOpen = signal(false);
/** A form that a key asked for, until the page of the alert opens it. */
export const askedForm = signal<FormAction | null>(null);
/** The row that j and k stand on, by alert id. */
export const cursor = signal<string | null>(null);

export function setShortcuts(on: boolean): void {
  shortcutsOn.value = on;
  localStorage.setItem(storageKey, on ? 'on' : 'off');
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, dialog, [contenteditable]') !== null;

function move(step: 1 | -1): void {
  const ids = openAlerts.value.map((alert) => alert.id);
  const selected = route.value.view === 'alert' ? route.value.id : null;
  const from = cursor.value !== null && ids.includes(cursor.value) ? cursor.value : selected;
  const next = neighbour(ids, from, step);
  if (next === null) return;
  cursor.value = next;
  document.getElementById(rowId(next))?.focus();
  if (sideBySide.matches) go({ view: 'alert', id: next }, true);
}

/** The alert under the focus, or the one that is open, or where j and k stand. */
function current(): Alert | undefined {
  const focused = document.activeElement?.closest('[data-alert]')?.getAttribute('data-alert');
  const selected = route.value.view === 'alert' ? route.value.id : null;
  return fleet.value.alerts.get(focused ?? selected ?? cursor.value ?? '');
}

function snoozeCurrent(): void {
  const alert = current();
  if (alert === undefined || alert.state !== 'open') return;
  askedForm.value = 'snooze';
  if (route.value.view !== 'alert' || route.value.id !== alert.id)
    go({ view: 'alert', id: alert.id }, sideBySide.matches);
}

function takeCurrent(): void {
  const alert = current();
  if (alert === undefined || alert.state !== 'open' || alert.response !== 'unacknowledged') return;
  if (liveness.value === 'lost' || sending.value.has(alert.id)) return;
  void take(alert);
}

/** j and k move through the alerts, Enter opens (the row is a link), a takes, s snoozes, / searches, ? shows the keys. */
export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  if (event.key === 'Escape' && route.value.view !== 'home' && !sideBySide.matches) go({ view: 'home' });
  if (!shortcutsOn.value) return;
  if (event.key === 'j') move(1);
  else if (event.key === 'k') move(-1);
  else if (event.key === 'a') takeCurrent();
  else if (event.key === 's') snoozeCurrent();
  else if (event.key === '/') document.getElementById(searchId)?.focus();
  else if (event.key === '?') helpOpen.value = true;
  else return;
  event.preventDefault();
}
