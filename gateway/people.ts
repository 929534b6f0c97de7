import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { ulidMaker } from '#kernel/ids.ts';
import type { Page } from '#model/paging.ts';
import type { Person } from '#model/role.ts';
import type { Access } from '#registry/access.ts';
import { Contacts } from '#registry/contacts.ts';
import { Handovers } from '#registry/handovers.ts';
import { OnCall } from '#registry/on-call.ts';
import { OnCallDirectory } from '#registry/on-call-directory.ts';
import type { Registry } from '#registry/registry.ts';
import { ShiftTests } from '#registry/shift-tests.ts';
import { Visits } from '#registry/visits.ts';

/** Who works here and who answers when: opened by the main thread, by the thread that notifies, and by commands. */
export interface People {
  readonly onCall: OnCall;
  readonly contacts: Contacts;
  readonly visits: Visits;
  readonly handovers: Handovers;
  readonly shiftTests: ShiftTests;
  readonly directory: OnCallDirectory;
  staff(): readonly Person[];
  close(): void;
}

export interface PeopleSources {
  readonly onCallPath: string;
  readonly access: Access;
  readonly registry: Registry;
  readonly clock: Clock;
}

export function openPeople({ onCallPath, access, registry, clock }: PeopleSources): People {
  const store = new SqliteStateStore(onCallPath);
  const onCall = new OnCall(store);
  const contacts = new Contacts(store, clock, ulidMaker(clock));
  const visits = new Visits(store, clock);
  const handovers = new Handovers(store, onCall, clock);
  const shiftTests = new ShiftTests(store, clock);
  const staff = () => staffOf(access, registry, clock);
  const directory = new OnCallDirectory({
    onCall,
    contacts,
    staff,
    agencyOf: (page) => agencyOf(registry, page),
    visiting: (pump, now) => visits.at(pump, now)?.nurse,
    clock,
  });
  return { onCall, contacts, visits, handovers, shiftTests, directory, staff, close: () => store.close() };
}

/** People who can sign in, and staff of the registry who work here today. The registry's word on a role wins. */
function staffOf(access: Access, registry: Registry, clock: Clock): Person[] {
  const today = Temporal.Instant.fromEpochMilliseconds(clock.wall()).toZonedDateTimeISO('UTC').toPlainDate().toString();
  const found = new Map(access.users().map((person) => [person.name, person]));
  for (const { record } of registry.list('staff')) {
    if (record.from > today || (record.to !== null && record.to < today)) continue;
    found.set(record.name, { name: record.name, role: record.role, agency: record.agency });
  }
  return [...found.values()];
}

function agencyOf(registry: Registry, { patient, pump, hub }: Page): string | null {
  if (patient !== null) return registry.agencyOf('patients', patient);
  if (pump !== null) return registry.agencyOf('pumps', pump);
  return hub === null ? null : registry.agencyOf('hubs', hub);
}
