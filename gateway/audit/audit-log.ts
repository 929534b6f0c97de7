import { setImmediate as otherWork } from 'node:timers/promises';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { HeadSigner } from '#kernel/head-signer.ts';
import type { Logger } from '#kernel/log.ts';
import { type Chain, SealedStream, type SignedHead, type Verification } from '#kernel/sealed-stream.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { seconds } from '#kernel/time.ts';
import type { AuditEntry, AuditEvent, AuditPage, AuditQuery } from '#model/audit.ts';
import { SameReads } from './same-reads.ts';

/** After a commit that failed. */
const TRY_AGAIN = seconds(5);
/** What waits while the disk refuses; past this the oldest are lost, and counted. */
const MOST_WAITING = 10_000;
/** Entries looked at for one page, so that a rare one does not hold up its caller. */
const PAGE_STRETCH = 20_000;
const PAGE_READ = 1_000;

type Body = AuditEvent & { readonly at: number };

/** Keeps signed heads apart from the chain, so that a chain set back to an earlier copy of itself is found out. */
export interface HeadWitness {
  keep(head: SignedHead): void;
  /** What was kept, oldest first. */
  kept(): readonly SignedHead[];
}

export interface AuditLogParts {
  readonly store: StateStore;
  readonly signer: HeadSigner;
  readonly witness: HeadWitness;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Waiting {
  readonly body: Body;
  readonly written: () => void;
}

/**
 * The audit trail: append-only, each entry sealed with the hash of the one before, the head signed with each commit.
 * Several processes may write to the same store. Nothing is ever removed from it.
 */
export class AuditLog implements Chain {
  readonly name = 'audit';
  readonly #parts: AuditLogParts;
  readonly #chain: SealedStream<Body>;
  readonly #sameReads = new SameReads();
  #waiting: Waiting[] = [];
  #retry: Timer | undefined;
  #lost = 0;

  constructor(parts: AuditLogParts) {
    this.#parts = parts;
    this.#chain = new SealedStream(parts.store, this.name, parts.signer);
  }

  /**
   * Writes an event down, and resolves when it is on disk; what comes in one turn is one commit. While the disk refuses it
   * resolves all the same, and the event is kept to be written later: a full disk must not keep a nurse from an alert. The
   * same thing looked at again by the same account within a minute is one entry.
   */
  note(event: AuditEvent): Promise<void> {
    const at = this.#parts.clock.wall();
    if (this.#sameReads.has(event, at)) return Promise.resolve();
    return new Promise((written) => {
      this.#waiting.push({ body: { ...event, at }, written });
      if (this.#waiting.length > MOST_WAITING) this.#drop();
      if (this.#retry !== undefined) written();
      else if (this.#waiting.length === 1) otherWork().then(() => this.#commit(), written);
    });
  }

  /** Events that could not be written yet, and those that never will be. */
  get unwritten(): { readonly waiting: number; readonly lost: number } {
    return { waiting: this.#retry === undefined ? 0 : this.#waiting.length, lost: this.#lost };
  }

  page({ before, limit, ...filter }: AuditQuery): AuditPage {
    const audit: AuditEntry[] = [];
    let end = Math.min(before ?? Number.MAX_SAFE_INTEGER, this.#parts.store.last(this.name) + 1);
    const stop = Math.max(1, end - PAGE_STRETCH);
    while (end > stop && audit.length < limit) {
      const from = Math.max(stop, end - PAGE_READ);
      const rows = this.#chain.page(from - 1).slice(0, end - from);
      for (const { previous: _previous, hash: _hash, ...entry } of rows.toReversed()) {
        end = entry.position;
        if (isAskedFor(entry, filter)) audit.push(entry);
        if (audit.length === limit) break;
      }
      end = Math.min(end, audit.length === limit ? end : from);
    }
    return { audit, next: end > 1 ? end : null };
  }

  /** Keeps the present head with the witness, if it is another than the last kept. */
  witness(): void {
    const { witness, log } = this.#parts;
    const head = this.#chain.head();
    if (head === undefined || witness.kept().at(-1)?.position === head.position) return;
    witness.keep(head);
    log.info({ position: head.position, hash: head.hash }, 'head of the audit trail');
  }

  verify(): Verification {
    const verified = this.#chain.verify();
    if (verified.broken !== null) return verified;
    for (const kept of this.#parts.witness.kept()) {
      const broken = this.#chain.against(kept);
      if (broken !== null) return { ...verified, broken };
    }
    return verified;
  }

  /** Writes what waits. What the disk still refuses is lost with the process, and told in the log. */
  close(): void {
    this.#retry?.cancel();
    this.#commit();
    this.#retry?.cancel();
    if (this.#waiting.length > 0) {
      this.#parts.log.error({ entries: this.#waiting.length }, 'entries of the audit trail are lost');
    }
  }

  #commit(): void {
    if (this.#waiting.length === 0) return;
    const { store, clock, log } = this.#parts;
    const batch = this.#waiting;
    const bodies = batch.map(({ body }) => body);
    try {
      store.transact((tx) => this.#chain.append(tx, bodies, clock.wall()));
      this.#waiting = [];
      if (this.#retry !== undefined) log.info({ entries: batch.length }, 'the audit trail is written again');
      this.#retry = undefined;
    } catch (error) {
      if (this.#retry === undefined) log.error({ reason: messageOf(error) }, 'the audit trail cannot be written now');
      this.#retry = clock.after(TRY_AGAIN, 'audit', () => this.#commit());
    }
    for (const { written } of batch) written();
  }

  #drop(): void {
    this.#waiting.shift()?.written();
    if (this.#lost === 0) this.#parts.log.error({}, 'entries of the audit trail are being lost');
    this.#lost += 1;
  }
}

function isAskedFor(entry: AuditEvent, { who, kind, about, agency }: Omit<AuditQuery, 'before' | 'limit'>): boolean {
  if (who !== undefined && entry.who !== who) return false;
  if (kind !== undefined && entry.kind !== kind) return false;
  if (agency !== undefined && entry.agency !== agency) return false;
  return about === undefined || (entry.object?.split(/[/?&=]/).includes(about) ?? false);
}
