import type { DerivedAlertCode } from '#model/alert.ts';
import { type PatientLimit, patientLimits } from '#model/pump-context.ts';
import type { PumpReading } from '#model/reading.ts';
import { isGone, isThere } from './conditions.ts';
import type { PumpMemory, PumpRecord } from './engine-state.ts';
import type { Finding, PumpRule } from './pump-rules/pump-rule.ts';
import type { Rules } from './rules.ts';

/**
 * Runs the rules over the readings of a pump and makes alerts of what they tell. A backlog is judged too, but only what
 * is still there at its end is opened, with its true onset.
 */
export class DerivedRules {
  readonly #rules: Rules;
  readonly #each: readonly PumpRule[];
  readonly #limits: Readonly<Record<PatientLimit, number>>;
  #doc: PumpRecord | null = null;

  constructor(rules: Rules, each: readonly PumpRule[]) {
    this.#rules = rules;
    this.#each = each;
    const { derived } = rules.policy;
    this.#limits = derived.limits;
  }

  /** Takes a reading in that is newer than all before it. `at`: when it was measured, by the gateway's clock. */
  observe(pump: PumpMemory, reading: PumpReading, at: number, isYoung: boolean, offset: number): void {
    const { doc, context, critical } = pump;
    const sample = { reading, at, context, critical, policy: this.#rules.policy.derived, limits: this.#limitsOf(pump) };
    this.#doc = doc;
    for (const rule of this.#each) rule(doc, sample, this.#tell);
    if (isYoung && doc.unsaid.length > 0) this.#say(pump, offset);
  }

  readonly #tell = (code: DerivedAlertCode, finding: Finding | null): void => {
    const doc = this.#doc;
    if (doc === null) return;
    const known = doc.findings[code];
    if (finding === null) {
      if (known === undefined) return;
      const { [code]: _, ...others } = doc.findings;
      doc.findings = others;
    } else {
      if (known?.priority === finding.priority) return;
      doc.findings = { ...doc.findings, [code]: finding };
    }
    if (!doc.unsaid.includes(code)) doc.unsaid.push(code);
  };

  #say({ doc, context }: PumpMemory, offset: number): void {
    const { policy, book } = this.#rules;
    for (const code of doc.unsaid) {
      const finding = doc.findings[code];
      if (finding === undefined) {
        isGone(book, { pump: doc.id, hub: doc.hub, code }, { reason: 'The readings no longer show it.', offset });
        continue;
      }
      const { priority, text, reason } = finding;
      const { id, hub, drug, unknown } = doc;
      const since = Math.min(book.now, finding.since);
      const onset = {
        pump: id,
        hub,
        patient: context.patient,
        code,
        priority,
        text,
        since,
        drug,
        stateUnknown: unknown,
      };
      isThere(policy, book, { ...onset, count: 1 }, { reason: `${text}: ${reason}`, offset });
    }
    doc.unsaid = [];
  }

  /** The policy's limits, and in their place those that a prescriber set for this patient and that have not expired. */
  #limitsOf({ context }: PumpMemory): Readonly<Record<PatientLimit, number>> {
    if (context.overrides.length === 0) return this.#limits;
    const inForce = context.overrides.filter(({ expires }) => expires > this.#rules.book.now);
    if (inForce.length === 0) return this.#limits;
    const limits = { ...this.#limits };
    for (const name of patientLimits) {
      const own = inForce.findLast(({ limit }) => limit === name);
      if (own !== undefined) limits[name] = own.value;
    }
    return limits;
  }
}
