import type { Alert } from '../../../../gateway/model/alert.ts';
import { take, waiting } from '../state/actions.ts';
import { detailTitleId, rowId } from '../state/route.ts';
import { justMoved, liveness, sending, setNotice } from '../state/store.ts';
import { words } from '../text/language.ts';
import { alertText, subjectOf } from '../text/words.ts';

/**
 * One tap: I have it. Says it is waiting until the gateway has answered. In the list (not `wide`) the second tap of a
 * double tap must not take the alert that moved up under the finger.
 */
export function TakeButton({ alert, wide = false }: { alert: Alert; wide?: boolean }) {
  const t = words.value;
  const held = waiting.value.has(alert.id);
  const busy = sending.value.has(alert.id);
  const onTake = async () => {
    if (!wide && justMoved(alert.id)) {
      setNotice(alert.id, { kind: 'refused', text: t.take.moved });
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
      aria-label={t.take.named(alertText(alert), subjectOf(alert))}
      aria-busy={busy}
      disabled={busy || held || liveness.value === 'lost'}
      onClick={() => void onTake()}
    >
      {busy ? t.take.sending : held ? t.waitingToSend.word : t.take.take}
    </button>
  );
}
