import type { Clock } from '#kernel/clock.ts';
import type { Recipient } from '#model/contact.ts';
import type { OnCallRole } from '#model/on-call.ts';
import type { Page, PageTarget } from '#model/paging.ts';
import type { Person, Role } from '#model/role.ts';
import type { Contacts } from './contacts.ts';
import type { OnCall } from './on-call.ts';

export interface DirectoryParts {
  readonly onCall: OnCall;
  readonly contacts: Contacts;
  /** Everybody who works here now. */
  readonly staff: () => readonly Person[];
  /** Whose patient, pump or hub a page is about; null when it is nobody's in particular. */
  readonly agencyOf: (page: Page) => string | null;
  /** The nurse checked in at the home of this pump. */
  readonly visiting: (pump: string, now: number) => string | undefined;
  readonly clock: Pick<Clock, 'wall'>;
}

/** Roles that answer for patients. */
const team: readonly Role[] = ['nurse', 'supervisor', 'pharmacist'];

/**
 * Turns the targets of a page into people. It fails open: where a schedule has a gap, more people are paged, never fewer.
 */
export class OnCallDirectory {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  recipients(target: Exclude<PageTarget, 'paged'>, page: Page): readonly Recipient[] {
    const names = [...new Set(this.#names(target, page))];
    return names.map((person) => this.#parts.contacts.recipient(person));
  }

  recipient(person: string): Recipient {
    return this.#parts.contacts.recipient(person);
  }

  anybody(): boolean {
    return this.#parts.contacts.anybody();
  }

  #names(target: Exclude<PageTarget, 'paged'>, page: Page): string[] {
    if (typeof target === 'object') return [target.person];
    switch (target) {
      case 'primary':
        return this.#primary(page);
      case 'backup':
        return this.#first(this.#scheduled('backup', page), this.#supervisors(page), this.#withRole(team, page));
      case 'supervisor':
        return this.#first(this.#supervisors(page), this.#withRole(team, page));
      case 'pharmacist':
        return this.#first(this.#scheduled('pharmacist', page), this.#withRole(['pharmacist'], page));
      case 'technician':
        return this.#first(
          this.#scheduled('technician', page),
          this.#withRole(['technician'], page),
          this.#withRole(['admin'], page),
          this.#supervisors(page),
        );
      case 'everyone':
        return this.#withRole([...team, 'admin'], page);
      case 'visiting': {
        const nurse = page.pump === null ? undefined : this.#parts.visiting(page.pump, this.#parts.clock.wall());
        return nurse === undefined ? [] : [nurse];
      }
    }
  }

  /** With nobody on call who can be reached, the supervisor and all the team are paged. */
  #primary(page: Page): string[] {
    const { onCall, clock } = this.#parts;
    const scheduled = this.#scheduled('primary', page);
    const agency = this.#parts.agencyOf(page);
    const outgoing = page.priority === 'high' ? onCall.outgoing('primary', clock.wall(), agency) : undefined;
    const meant = outgoing === undefined ? scheduled : [...scheduled, outgoing];
    if (scheduled.some((person) => this.#reachable(person))) return meant;
    return [...meant, ...this.#supervisors(page), ...this.#withRole([...team, 'admin'], page)];
  }

  #supervisors(page: Page): string[] {
    return this.#first(
      this.#scheduled('supervisor', page),
      this.#withRole(['supervisor'], page),
      this.#withRole(['admin'], page),
    );
  }

  /** The first of several ways to mean somebody that leads to anybody who can be reached; all of them if none does. */
  #first(...ways: string[][]): string[] {
    return ways.find((names) => names.some((name) => this.#reachable(name))) ?? ways.flat();
  }

  #scheduled(role: OnCallRole, page: Page): string[] {
    const { onCall, clock, agencyOf } = this.#parts;
    return onCall.at(role, clock.wall(), agencyOf(page)).map(({ person }) => person);
  }

  #withRole(roles: readonly Role[], page: Page): string[] {
    const agency = this.#parts.agencyOf(page);
    return this.#parts
      .staff()
      .filter((person) => roles.includes(person.role))
      .filter((person) => person.agency === null || agency === null || person.agency === agency)
      .map(({ name }) => name);
  }

  #reachable(person: string): boolean {
    return this.#parts.contacts.points(person).some(({ confirmedAt }) => confirmedAt !== null);
  }
}
