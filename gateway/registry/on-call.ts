import { GatewayError } from '#kernel/errors.ts';
import type { StateStore } from '#kernel/state-store.ts';
import {
  type OnCallRole,
  type Override,
  onCallRoles,
  type Rotation,
  type Shift,
  type ShiftGap,
} from '#model/on-call.ts';
import { type Schedule, shiftsAt, shiftsOf, uncovered } from './on-call-shifts.ts';

const collections = {
  rotations: 'rotation',
  overrides: 'override',
  made: 'override-made',
  handovers: 'handover-taken',
} as const;
const LOOK_AHEAD_MS = 40 * 86_400_000;

/** Rotations and overrides, and who they put on call. */
export class OnCall {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  rotations(): Rotation[] {
    return this.#store.list<Rotation>(collections.rotations).map(({ value }) => value);
  }

  overrides(): Override[] {
    return this.#store
      .list<Override & { made: number }>(collections.overrides)
      .map(({ value }) => value)
      .sort((a, b) => a.made - b.made)
      .map(({ made: _made, ...override }) => override);
  }

  putRotation(rotation: Rotation): void {
    this.#store.transact((tx) =>
      tx.put(collections.rotations, rotation.id, { ...rotation, people: [...rotation.people] }),
    );
  }

  removeRotation(id: string): boolean {
    return this.#remove(collections.rotations, id);
  }

  /** @throws GatewayError `bad-request` when it ends before it begins. */
  putOverride(override: Override): void {
    if (override.to <= override.from) throw new GatewayError('bad-request', 'An override ends after it begins.');
    this.#store.transact((tx) => {
      const made = (tx.get<number>(collections.made, 'last') ?? 0) + 1;
      tx.put(collections.made, 'last', made);
      tx.put(collections.overrides, override.id, { ...override, made });
    });
  }

  removeOverride(id: string): boolean {
    return this.#remove(collections.overrides, id);
  }

  /** Who is on call in a role at an instant; of one agency, or of all. */
  at(role: OnCallRole, instant: number, agency: string | null): Shift[] {
    return shiftsAt(this.#schedule(agency), role, instant);
  }

  shifts(role: OnCallRole, from: number, to: number, agency: string | null): Shift[] {
    return shiftsOf(this.#schedule(agency), role, from, to);
  }

  /** The next shift of somebody who is not on call now. */
  next(role: OnCallRole, instant: number, agency: string | null): Shift | undefined {
    const now = new Set(this.at(role, instant, agency).map(({ person }) => person));
    return this.shifts(role, instant, instant + LOOK_AHEAD_MS, agency).find(
      (shift) => shift.from > instant && !now.has(shift.person),
    );
  }

  /** Gaps of [from, to) in the roles that have a rotation, and in `primary` in any case. */
  gaps(from: number, to: number, agency: string | null, reachable: (person: string) => boolean): ShiftGap[] {
    const schedule = this.#schedule(agency);
    const planned = new Set<string>(schedule.rotations.map(({ role }) => role));
    const roles = onCallRoles.filter((role) => role === 'primary' || planned.has(role));
    return roles.flatMap((role) => {
      const shifts = shiftsOf(schedule, role, from, to);
      const empty = uncovered(shifts, from, to).map((gap) => ({ role, ...gap, why: 'nobody is on call' }));
      const unreached = shifts
        .filter(({ person }) => !reachable(person))
        .map((shift) => ({ role, from: shift.from, to: shift.to, why: 'no confirmed contact point' }));
      return [...empty, ...unreached];
    });
  }

  /** The person whose shift ended when the present one began, until the handover is accepted. */
  outgoing(role: OnCallRole, instant: number, agency: string | null): string | undefined {
    const [shift] = this.at(role, instant, agency);
    if (!shift || this.isHandedOver(role, shift.from)) return undefined;
    const before = this.at(role, shift.from - 1, agency).map(({ person }) => person);
    return before.find((person) => person !== shift.person);
  }

  isHandedOver(role: OnCallRole, shiftFrom: number): boolean {
    return this.#store.get(collections.handovers, `${role}/${shiftFrom}`) !== undefined;
  }

  handedOver(role: OnCallRole, shiftFrom: number, by: string): void {
    this.#store.transact((tx) => tx.put(collections.handovers, `${role}/${shiftFrom}`, by));
  }

  /** Agencies that have a rotation of their own, and null for what all share. */
  agencies(): (string | null)[] {
    return [...new Set([null, ...this.rotations().map(({ agency }) => agency)])];
  }

  #schedule(agency: string | null): Schedule {
    const meant = (one: { readonly agency: string | null }) => one.agency === null || one.agency === agency;
    return { rotations: this.rotations().filter(meant), overrides: this.overrides().filter(meant) };
  }

  #remove(collection: string, id: string): boolean {
    return this.#store.transact((tx) => {
      const known = tx.get(collection, id) !== undefined;
      tx.delete(collection, id);
      return known;
    });
  }
}
