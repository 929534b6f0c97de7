import { api } from '../api/client.ts';
import { waiting } from './actions.ts';
import { emptyFleet } from './fleet-state.ts';
import { fleet, heard, session } from './store.ts';

const linkPattern = /^#link=(.+)$/;

/** The one-time token of the address, taken out of it at once: it must not stay in the history or on the screen. */
export function takeLinkToken(): string | null {
  const token = linkPattern.exec(location.hash)?.[1] ?? null;
  if (token !== null) history.replaceState(null, '', `${location.pathname}${location.search}`);
  return token === null ? null : decodeURIComponent(token);
}

/** Finds out who sits here: by a one-time link when there is one, else by the session of this browser. */
export async function findSession(token: string | null): Promise<void> {
  session.value = { kind: 'asking' };
  const byLink = token === null ? null : await api.signInByLink(token);
  if (byLink?.result === 'ok') {
    session.value = { kind: 'signed-in', person: byLink.body };
    return;
  }
  // A link opened twice in one browser should not throw out the person it signed in.
  const known = await api.me();
  if (known.result === 'ok') session.value = { kind: 'signed-in', person: known.body };
  else if (known.result === 'offline' || byLink?.result === 'offline') session.value = { kind: 'unreachable' };
  else if (byLink?.result === 'problem') {
    const problem = [byLink.problem.title, byLink.problem.next].join(' ');
    session.value = { kind: 'signed-out', says: { problem } };
  } else session.value = { kind: 'signed-out', says: null };
}

export async function signOut(): Promise<void> {
  const answer = await api.signOut();
  if (answer.result === 'offline') {
    session.value = { kind: 'unreachable' };
    return;
  }
  fleet.value = emptyFleet;
  heard.value = null;
  waiting.value = new Map();
  session.value = { kind: 'signed-out', says: 'signed-out' };
}
