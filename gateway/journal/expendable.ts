/** What retention looks at of an entry. Times in Unix ms. */
interface Looked {
  readonly offset: number;
  /** The hub's clock. */
  readonly at: number;
  /** The gateway's clock. */
  readonly receivedAt: number;
  readonly held: boolean;
}

/**
 * Which of these entries, in order of offset, may go, and the offset of the last that was judged; null when the rest is too
 * young. `newest` is when the journal's last entry was received: one that claims to have come after it was stamped by a
 * clock that was ahead, and is judged by the hub's clock alone.
 */
export function expendableOf(
  entries: readonly Looked[],
  before: number,
  newest: number,
): { readonly going: readonly number[]; readonly next: number | null } {
  const going: number[] = [];
  let next: number | null = null;
  for (const { offset, at, receivedAt, held } of entries) {
    if (receivedAt >= before && receivedAt <= newest) return { going, next: null };
    next = offset;
    if (at < before && !held) going.push(offset);
  }
  return { going, next };
}
