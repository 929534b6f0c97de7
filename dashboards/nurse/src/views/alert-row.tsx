import type { Alert } from '../../../../gateway/model/alert.ts';
import { followFocus, hashOf, route, rowId } from '../state/route.ts';
import { me, minute, notices } from '../state/store.ts';
import { drugWord } from '../text/drugs.ts';
import { words } from '../text/language.ts';
import { alertText, holderWord, subjectOf } from '../text/words.ts';
import { Since } from './age.tsx';
import { Condition } from './condition.tsx';
import { Countdown } from './countdown.tsx';
import { PriorityMark } from './marks.tsx';
import { TakeButton } from './take-button.tsx';
import { WaitingNotice } from './waiting-notice.tsx';

export function AlertRow({ alert }: { alert: Alert }) {
  const selected = route.value.view === 'alert' && route.value.id === alert.id;
  const t = words.value;
  const waiting = alert.response === 'unacknowledged';
  const notice = notices.value.get(alert.id);
  return (
    <li
      class="row"
      data-alert={alert.id}
      data-priority={alert.priority}
      data-waiting={waiting}
      data-selected={selected}
    >
      <a
        id={rowId(alert.id)}
        class="row-open"
        href={hashOf({ view: 'alert', id: alert.id })}
        aria-current={selected ? 'true' : undefined}
        onClick={() => followFocus(selected)}
      >
        <span class="row-head">
          <PriorityMark priority={alert.priority} />
          <span class="row-priority">{t.priority[alert.priority]}</span>
          <Since at={alert.since} />
        </span>
        <span class="row-what">{alertText(alert)}</span>
        <span class="row-where">
          <span>{subjectOf(alert)}</span>
          {alert.patient !== null && <span>{t.patientNamed(alert.patient)}</span>}
          {alert.drug !== null && <span>{drugWord(alert.drug)}</span>}
        </span>
      </a>
      <div class="row-foot">
        <p class="row-state">
          <Condition alert={alert} />
          <span class="holder" data-waiting={waiting}>
            {holderWord(alert, me.value, minute.value)}
          </span>
          <Countdown alert={alert} />
        </p>
        {waiting && <TakeButton alert={alert} />}
      </div>
      <WaitingNotice alert={alert} />
      {notice !== undefined && notice.kind !== 'done' && <p class="notice">{notice.text}</p>}
    </li>
  );
}
