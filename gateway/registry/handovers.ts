import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { StateStore } from '#kernel/state-store.ts';
import type { Handover, HandoverItem } from '#model/handover.ts';
import type { OnCall } from './on-call.ts';

const COLLECTION = 'handover';
/** Between those who are on call first. */
const ROLE = 'primary';

/** At a change of shift: the outgoing nurse signs the list, the incoming one accepts it and every urgent item on it. */
export class Handovers {
  readonly #store: StateStore;
  readonly #onCall: OnCall;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(store: StateStore, onCall: OnCall, clock: Pick<Clock, 'wall'>) {
    this.#store = store;
    this.#onCall = onCall;
    this.#clock = clock;
  }

  /** The handover that is due now; null while nobody hands over to anybody. */
  due(
    agency: string | null,
  ): { readonly shiftFrom: number; readonly outgoing: string; readonly incoming: string } | null {
    const now = this.#clock.wall();
    const [shift] = this.#onCall.at(ROLE, now, agency);
    const outgoing = this.#onCall.outgoing(ROLE, now, agency);
    return shift && outgoing !== undefined ? { shiftFrom: shift.from, outgoing, incoming: shift.person } : null;
  }

  get(shiftFrom: number): Handover | undefined {
    return this.#store.get<Handover>(COLLECTION, String(shiftFrom));
  }

  /** @throws GatewayError `action-not-allowed` unless this person is the one who hands over. */
  sign(by: string, note: string, items: readonly HandoverItem[], agency: string | null): Handover {
    const due = this.due(agency);
    if (due?.outgoing !== by) throw new GatewayError('action-not-allowed', 'You are not the one who hands over now.');
    const handover: Handover = {
      ...due,
      signedAt: this.#clock.wall(),
      note,
      items: inOrder(items),
      acceptedAt: null,
      synthesis: null,
    };
    this.#store.transact((tx) => tx.put(COLLECTION, String(due.shiftFrom), handover));
    return handover;
  }

  /**
   * @param accepted ids of the urgent items, each accepted by itself.
   * @throws GatewayError `action-not-allowed` when it is not signed, not for this person, or an urgent item is left out.
   */
  accept(by: string, accepted: readonly string[], synthesis: string, agency: string | null): Handover {
    const due = this.due(agency);
    const signed = due && this.get(due.shiftFrom);
    if (!due || !signed) throw new GatewayError('action-not-allowed', 'There is no signed handover to accept.');
    if (due.incoming !== by) throw new GatewayError('action-not-allowed', 'It is handed over to somebody else.');
    const left = signed.items.filter(({ priority, alert }) => priority === 'high' && !accepted.includes(alert));
    if (left.length > 0) throw new GatewayError('action-not-allowed', `${left.length} urgent items are not accepted.`);
    const done: Handover = { ...signed, acceptedAt: this.#clock.wall(), synthesis };
    this.#store.transact((tx) => tx.put(COLLECTION, String(due.shiftFrom), done));
    this.#onCall.handedOver(ROLE, due.shiftFrom, by);
    return done;
  }
}

const rank = { high: 0, medium: 1, low: 2, technical: 3 } as const;

/** The sickest first, then what was missed, then the oldest. */
export const inOrder = (items: readonly HandoverItem[]): HandoverItem[] =>
  items.toSorted(
    (a, b) => rank[a.priority] - rank[b.priority] || Number(b.missed) - Number(a.missed) || a.since - b.since,
  );
