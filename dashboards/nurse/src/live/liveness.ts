/** How far the screen can be trusted. `late`: a bar across the page, data greyed. `lost`: the data is covered. */
export type Liveness = 'connecting' | 'live' | 'late' | 'lost';

/** Silence after which the screen says so, and after which it hides itself. The keep-alive comes every 10 s. */
export const lateAfterMs = 20_000;
export const lostAfterMs = 45_000;

/** `silentMs`: since the last byte from the gateway; null before the first one. */
export function livenessOf(silentMs: number | null): Liveness {
  if (silentMs === null) return 'connecting';
  if (silentMs < lateAfterMs) return 'live';
  return silentMs < lostAfterMs ? 'late' : 'lost';
}
