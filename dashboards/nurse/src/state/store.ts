import { computed, signal } from '@preact/signals';
import type { Alert } from '../../../../gateway/model/alert.ts';
import { gatewayNow } from '../api/client.ts';
import type { OnCallView, Person, UnreachedAlert } from '../api/wire.ts';
import { type Liveness, livenessOf } from '../live/liveness.ts';
import { spokenAlert } from '../text/words.ts';
import { emptyFleet, type FleetState, newlyLoud } from './fleet-state.ts';
import { openInOrder, pumpsInOrder } from './order.ts';
import { justMovedIn, reordered, settled } from './settling.ts';
import { stillUnreached } from './unreached.ts';

export type Session =
  | { readonly kind: 'asking' }
  | { readonly kind: 'signed-out'; readonly says: SignedOutWhy | null }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signed-in'; readonly person: Person };

/** Why nobody is signed in: a reason of ours, or the gateway's own words. */
export type SignedOutWhy = 'signed-out' | 'ended' | 'session-over' | { readonly problem: string };

/** What became of an action, told where it was tapped. `refused`: nothing was done. */
export interface Notice {
  readonly kind: 'done' | 'refused';
  readonly text: string;
}

export const session = signal<Session>({ kind: 'asking' });
export const fleet = signal<FleetState>(emptyFleet);
/** The gateway's wall clock, Unix ms, once a second. */
export const now = signal(gatewayNow());
/** When the last byte came: on the monotonic clock for measuring, on the wall clock for showing. */
export const heard = signal<{ readonly mono: number; readonly wall: number } | null>(null);
/** The stream of changes broke and is being opened again: known at once, long before silence says so. */
export const broken = signal(false);
/** The monotonic clock, ms, once a second. */
const mono = signal(performance.now());
/** Why the gateway gives no list of alerts, in its words; null while it gives one. */
export const refusedList = signal<string | null>(null);
/** Who is on call, as the gateway last told; null while it has not. */
export const onCall = signal<OnCallView | null>(null);
/** Alerts whose pages reached nobody, as the gateway last told. */
export const toldUnreached = signal<readonly UnreachedAlert[]>([]);
/** What is searched for in the lists; empty shows all. */
export const search = signal('');
export const notices = signal<ReadonlyMap<string, Notice>>(new Map());
/** Alerts on which an action of this person is under way. */
export const sending = signal<ReadonlySet<string>>(new Set());
export const assertive = signal('');
export const polite = signal('');

export const me = computed(() => (session.value.kind === 'signed-in' ? session.value.person.name : ''));
/** The present minute, Unix ms: for what need not be drawn anew each second. */
export const minute = computed(() => Math.floor(now.value / 60_000) * 60_000);
export const known = computed(() => fleet.value.known);
// A step of its own, so that the list is not drawn anew when only pumps changed.
const alertsById = computed(() => fleet.value.alerts);
export const openAlerts = computed(() => openInOrder(alertsById.value.values()));
export const pumps = computed(() => pumpsInOrder(fleet.value.pumps.values(), openAlerts.value));
export const shelved = computed(() => openAlerts.value.filter((alert) => alert.response === 'shelved'));
export const unreached = computed(() => stillUnreached(toldUnreached.value, alertsById.value));
export const hubsDark = computed(() => [...fleet.value.hubs.values()].filter((hub) => hub.state === 'offline'));
export const silentMs = computed(() => (heard.value === null ? null : Math.max(0, mono.value - heard.value.mono)));
export const liveness = computed<Liveness>(() => livenessOf(silentMs.value));

export function tick(): void {
  now.value = gatewayNow();
  mono.value = performance.now();
}

export function noteBroken(): void {
  broken.value = true;
}

export function noteHeard(): void {
  broken.value = false;
  heard.value = { mono: performance.now(), wall: gatewayNow() };
  mono.value = performance.now();
}

let settling = settled;

/** True while this alert's row has just come to where another stood. */
export const justMoved = (alert: Alert['id']): boolean => justMovedIn(settling, alert, performance.now());

const spoken = new Set<string>();

/** Takes a new state of the world in, and speaks each new high alert once. */
export function setFleet(next: FleetState): void {
  const loud = newlyLoud(next, spoken);
  fleet.value = next;
  const order = openAlerts.value.map((alert) => alert.id);
  settling = reordered(settling, order, performance.now());
  for (const [key] of loud) spoken.add(key);
  if (loud.length > 0) assertive.value = loud.map(([, alert]) => spokenAlert(alert)).join(' ');
}

export function setNotice(alert: Alert['id'], notice: Notice | null): void {
  const next = new Map(notices.value);
  if (notice === null) next.delete(alert);
  else {
    next.set(alert, notice);
    polite.value = notice.text;
  }
  notices.value = next;
}

export function setSending(alert: Alert['id'], on: boolean): void {
  const next = new Set(sending.value);
  if (on) next.add(alert);
  else next.delete(alert);
  sending.value = next;
}
