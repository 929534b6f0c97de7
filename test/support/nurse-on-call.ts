import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { Contacts } from '#registry/contacts.ts';
import { OnCall } from '#registry/on-call.ts';

/** One nurse who is always on call and is reached by a webhook at `url`. The gateway of these files must not be running. */
export function putNurseOnCall(onCallPath: string, name: string, url: string, clock: Pick<Clock, 'wall'>): void {
  const store = new SqliteStateStore(onCallPath);
  const contacts = new Contacts(store, clock, () => 'hook');
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  contacts.add(name, { channel: 'webhook', address: url, secret });
  contacts.confirm(name, 'hook');
  new OnCall(store).putRotation({
    id: 'all',
    agency: null,
    role: 'primary',
    zone: 'UTC',
    from: '2026-01-01',
    at: '07:00',
    until: null,
    turnDays: 1,
    people: [name],
  });
  store.close();
}
