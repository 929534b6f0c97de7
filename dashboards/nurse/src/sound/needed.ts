import type { Alert } from '../../../../gateway/model/alert.ts';
import type { Liveness } from '../live/liveness.ts';

/**
 * What must sound, going on until somebody takes it: the most urgent alert that nobody has. A high alert whose condition
 * has cleared, and a screen that is not live, ask at the pace of a medium one.
 */
export function soundFor(open: readonly Alert[], liveness: Liveness): 'high' | 'medium' | null {
  const waiting = open.filter(({ state, response }) => state === 'open' && response === 'unacknowledged');
  if (waiting.some(({ priority, condition }) => priority === 'high' && condition !== 'cleared')) return 'high';
  if (waiting.some(({ priority }) => priority === 'high' || priority === 'medium')) return 'medium';
  return liveness === 'late' || liveness === 'lost' ? 'medium' : null;
}
