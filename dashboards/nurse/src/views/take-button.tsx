import type { Alert } from '../../../../gateway/model/alert.ts';
import { take } from '../state/actions.ts';
import { liveness, sending } from '../state/store.ts';
import { subjectOf } from '../text/words.ts';

/** One tap: I have it. Says it is waiting until the gateway has answered. */
export function TakeButton({ alert, wide = false }: { alert: Alert; wide?: boolean }) {
  const busy = sending.value.has(alert.id);
  return (
    <button
      class={`button take ${alert.priority === 'high' || wide ? 'primary' : 'tonal'} ${wide ? 'wide' : ''}`}
      type="button"
      aria-label={`Take: ${alert.text}, ${subjectOf(alert)}`}
      aria-busy={busy}
      disabled={busy || liveness.value === 'lost'}
      onClick={() => void take(alert)}
    >
      {busy ? 'Sending…' : 'Take'}
    </button>
  );
}
