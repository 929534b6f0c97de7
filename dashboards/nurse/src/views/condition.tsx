import type { Alert } from '../../../../gateway/model/alert.ts';
import { openAlerts } from '../state/store.ts';
import { becomeOf, conditionWord } from '../text/words.ts';

/** Whether the hazard is there, by shape and word. */
export function Condition({ alert }: { alert: Alert }) {
  const become = alert.state === 'open' && !alert.stateUnknown && becomeOf(alert, openAlerts.value) !== null;
  const shape = alert.stateUnknown ? 'unknown' : become ? 'active' : alert.condition;
  return (
    <span class="condition" data-condition={shape}>
      {conditionWord(alert, openAlerts.value)}
    </span>
  );
}
