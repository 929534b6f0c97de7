import type { ReadingKey } from '#model/reading-order.ts';
import { isGone, isThere } from './conditions.ts';
import type { PumpMemory } from './engine-state.ts';
import { ms, type Rules } from './rules.ts';

const mostGaps = 50;
/** A hub keeps three days. What it has not sent by then it does not have. */
const givenUpMs = 259_200_000;

/** Notes which readings a newer one shows to be missing, and which missing one has come. Before `doc.last` moves on. */
export function noteSequence(
  rules: Rules,
  pump: PumpMemory,
  { boot, seq }: ReadingKey,
  isNewest: boolean,
  offset: number,
): void {
  const { doc } = pump;
  if (isNewest) {
    if (doc.last === null || doc.last.boot !== boot || seq <= doc.last.seq + 1) return;
    doc.missing = [...doc.missing, { boot, from: doc.last.seq + 1, to: seq - 1, since: rules.book.now }].slice(
      -mostGaps,
    );
    rules.queue.push({ due: rules.book.now + ms(rules.policy.derived.gapSeconds), kind: 'gap', key: doc.id });
    return;
  }
  if (doc.missing.length === 0) return;
  doc.missing = doc.missing.flatMap((gap) => {
    if (gap.boot !== boot || seq < gap.from || seq > gap.to) return gap;
    const parts = [
      { ...gap, to: seq - 1 },
      { ...gap, from: seq + 1 },
    ];
    return parts.filter(({ from, to }) => from <= to);
  });
  if (doc.missing.length > 0) return;
  const gone = { pump: doc.id, hub: doc.hub, code: 'sequence-gap' };
  isGone(rules.book, gone, { reason: 'The missing readings have come.', offset });
}

/** The look at the gaps of a pump: one that lasts is a technician's. */
export function lookAtGaps(rules: Rules, pump: PumpMemory): void {
  const { doc, context } = pump;
  const { book, policy, queue } = rules;
  const kept = doc.missing.filter(({ since }) => book.now - since < givenUpMs);
  if (kept.length !== doc.missing.length) {
    doc.missing = kept;
    rules.touch(pump);
  }
  const gone = { pump: doc.id, hub: doc.hub, code: 'sequence-gap' };
  if (kept.length === 0) isGone(book, gone, { reason: 'The hub does not keep them for so long: they will not come.' });
  const lasting = kept.filter(({ since }) => book.now - since >= ms(policy.derived.gapSeconds));
  const [first] = lasting;
  if (first === undefined) return;
  queue.push({ due: first.since + givenUpMs, kind: 'gap', key: doc.id });
  const count = lasting.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const text = 'Readings of this pump are missing';
  const reason = `${count} readings never came, the first of them ${first.from} of boot ${first.boot}. Trends have a hole there.`;
  if (book.latest(doc.id, doc.hub, 'sequence-gap')?.alert.condition === 'active') return;
  isThere(
    policy,
    book,
    {
      pump: doc.id,
      hub: doc.hub,
      patient: context.patient,
      from: 'gateway',
      code: 'sequence-gap',
      priority: 'technical',
      text,
      since: first.since,
      drug: null,
      stateUnknown: false,
      count: 1,
    },
    { reason },
  );
}
