import type { Alert } from '../../../../gateway/model/alert.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { span } from '../text/time.ts';

/** How long until the next person is paged, counted down each second; nothing while somebody has it. */
export function Countdown({ alert }: { alert: Alert }) {
  if (alert.state === 'closed' || alert.nextStepAt === null || alert.response !== 'unacknowledged') return null;
  const left = alert.nextStepAt - now.value;
  const t = words.value.list;
  return <span class="countdown">{left <= 0 ? t.escalatesNow : t.escalates(span(left))}</span>;
}
