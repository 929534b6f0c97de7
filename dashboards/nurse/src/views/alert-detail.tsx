import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../../gateway/model/alert.ts';
import type { Delivery } from '../../../../gateway/model/paging.ts';
import { api } from '../api/client.ts';
import type { TimelineEntry } from '../api/wire.ts';
import { ChartPanel } from '../chart/chart-panel.tsx';
import { withAlert } from '../state/fleet-state.ts';
import { canUndo } from '../state/may-act.ts';
import { isClinical } from '../state/pages.ts';
import { detailTitleId, followFocus, hashOf } from '../state/route.ts';
import { fleet, me, notices, now, openAlerts, session, setFleet } from '../state/store.ts';
import { words } from '../text/language.ts';
import { alertText, describe, holderWord, named } from '../text/words.ts';
import { BackLink, useFocusOnOpen } from './back-link.tsx';
import { CaregiverCall } from './caregiver-call.tsx';
import { CloseForm } from './close-form.tsx';
import { Condition } from './condition.tsx';
import { Countdown } from './countdown.tsx';
import { Deliveries } from './deliveries.tsx';
import { Chevron, PriorityMark } from './marks.tsx';
import { MoreActions } from './more-actions.tsx';
import { TakeButton } from './take-button.tsx';
import { Timeline } from './timeline.tsx';
import { WaitingNotice } from './waiting-notice.tsx';

/** Fetches the timeline whenever the alert has changed, and the alert itself when the list does not hold it. */
function useDetail(id: string, version: number | undefined) {
  const [timeline, setTimeline] = useState<readonly TimelineEntry[] | null>(null);
  const [deliveries, setDeliveries] = useState<readonly Delivery[]>([]);
  const [missing, setMissing] = useState<string | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    void api.alert(id).then((answer) => {
      if (mine !== asked.current) return;
      if (answer.result === 'ok') {
        const { timeline: entries, deliveries: told, ...alert } = answer.body;
        setDeliveries(told);
        setTimeline(entries);
        setMissing(null);
        setFleet(withAlert(fleet.value, alert));
      } else setMissing(answer.result === 'problem' ? answer.problem.title : words.value.detail.noAnswer);
    });
    // `version` is not read here: a new one is the reason to ask again.
  }, [id, version]);
  return { timeline, deliveries, missing };
}

/** What is out of the ordinary about it, in words. */
function Flags({ alert }: { alert: Alert }) {
  const t = words.value.flags;
  const flags = [
    alert.assignedTo === null ? null : t.assigned(alert.assignedTo),
    alert.missed ? t.missed : null,
    alert.chatter ? t.chatter : null,
    alert.held === null ? null : t.held[alert.held],
  ].filter((flag) => flag !== null);
  if (flags.length === 0 || alert.state === 'closed') return null;
  return (
    <ul class="flags">
      {flags.map((flag) => (
        <li key={flag}>{flag}</li>
      ))}
    </ul>
  );
}

function Head({ alert }: { alert: Alert }) {
  const t = words.value;
  const heading = useFocusOnOpen();
  const notice = notices.value.get(alert.id);
  const waiting = alert.state === 'open' && alert.response === 'unacknowledged';
  return (
    <header class="detail-head" data-priority={alert.priority} data-alert={alert.id}>
      <p class="detail-kind">
        <PriorityMark priority={alert.priority} />
        <span>{t.priorityLong[alert.priority]}</span>
        <Condition alert={alert} />
        {alert.pump !== null && (
          <a class="text-link" href={hashOf({ view: 'pump', id: alert.pump })} onClick={() => followFocus(false)}>
            {named('pump', alert.pump)} <Chevron />
          </a>
        )}
      </p>
      <h2 ref={heading} id={detailTitleId} tabIndex={-1}>
        {alertText(alert)}
      </h2>
      <p class="lead">{describe(alert, now.value, openAlerts.value)}</p>
      <div class="detail-who">
        <p class="holder" data-waiting={waiting}>
          {alert.outcome === null
            ? holderWord(alert, me.value, now.value)
            : t.detail.closedAs(t.outcome[alert.outcome].toLowerCase())}
        </p>
        <Countdown alert={alert} />
        {waiting && <TakeButton alert={alert} wide />}
      </div>
      <Flags alert={alert} />
      <WaitingNotice alert={alert} />
      {notice !== undefined && (
        <p class="notice" data-kind={notice.kind}>
          {notice.text}
        </p>
      )}
    </header>
  );
}

export function AlertDetailPanel({ id }: { id: string }) {
  const t = words.value.detail;
  const alert = fleet.value.alerts.get(id);
  const { timeline, deliveries, missing } = useDetail(id, alert?.version);
  if (alert === undefined) {
    return (
      <article class="panel">
        <BackLink />
        <p class="detail-empty">{missing ?? t.asking}</p>
      </article>
    );
  }
  return (
    <article class="panel" aria-label={t.alert}>
      <BackLink />
      <Head alert={alert} />
      {alert.patient !== null && <CaregiverCall key={alert.patient} patient={alert.patient} />}
      {session.value.kind === 'signed-in' && isClinical(session.value.person.role) && (
        <MoreActions
          alert={alert}
          person={session.value.person}
          undo={timeline !== null && canUndo(timeline, me.value, now.value)}
        />
      )}
      {alert.pump !== null && (
        <section class="block">
          <ChartPanel title={t.around} pump={alert.pump} subject={{ since: alert.since, until: alert.closedAt }} />
        </section>
      )}
      {alert.state === 'open' && <CloseForm alert={alert} />}
      <Deliveries deliveries={deliveries} asked={timeline !== null} />
      <section class="block">
        <h3>{t.happened}</h3>
        {timeline === null ? <p class="quiet">{t.askingShort}</p> : <Timeline entries={timeline} />}
        {missing !== null && <p class="notice">{t.outOfDate(missing)}</p>}
      </section>
    </article>
  );
}
