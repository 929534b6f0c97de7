import type { Alert } from '../../../../gateway/model/alert.ts';
import { take } from '../state/actions.ts';
import { detailTitleId, rowId } from '../state/route.ts';
import { justMoved, liveness, sending, setNotice } from '../state/store.ts';
import { subjectOf } from '../text/words.ts';

/**
 * One tap: I have it. Says it is waiting until the gateway has answered. In the list (not `wide`) the second tap of a
 * double tap must not take the alert that moved up under the finger.
 */
export function TakeButton({ alert, wide = false }: { alert: Alert; wide?: boolean }) {
  const busy = sending.value.has(alert.id);
  const onTake = async () => {
    if (!wide && justMoved(alert.id)) {
      setNotice(alert.id, { kind: 'refused', text: 'The list moved as you tapped, so nothing was done. Tap again.' });
      return;
    }
    await take(alert);
    // The button is gone once the alert is taken; whoever uses the keyboard goes on from its place.
    if (document.activeElement !== document.body) return;
    document.getElementById(wide ? detailTitleId : rowId(alert.id))?.focus({ preventScroll: true });
  };
  return (
    <button
      class={`button take ${alert.priority === 'high' || wide ? 'primary' : 'tonal'} ${wide ? 'wide' : ''}`}
      type="button"
      aria-label={`Take: ${alert.text}, ${subjectOf(alert)}`}
      aria-busy={busy}
      disabled={busy || liveness.value === 'lost'}
      onClick={() => void onTake()}
    >
      {busy ? 'Sending…' : 'Take'}
    </button>
  );
}
