import type { Alert } from '../../../../gateway/model/alert.ts';
import { callOff, waiting } from '../state/actions.ts';
import { words } from '../text/language.ts';
import { clockTimeSeconds } from '../text/time.ts';

/** A tap that the gateway has not answered: waiting, never done, and it can be called off. */
export function WaitingNotice({ alert }: { alert: Alert }) {
  const held = waiting.value.get(alert.id);
  const t = words.value.waitingToSend;
  if (held === undefined) return null;
  return (
    <div class="notice waiting" role="status">
      <p>{t.says(clockTimeSeconds(held.tappedAt))}</p>
      <button class="button" type="button" onClick={() => callOff(alert.id)}>
        {t.cancel}
      </button>
    </div>
  );
}
