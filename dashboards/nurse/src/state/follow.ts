import { api } from '../api/client.ts';
import type { AlertMessage, FleetMessage, SystemView } from '../api/wire.ts';
import type { StreamMessage } from '../live/event-parser.ts';
import { followStream } from '../live/live-stream.ts';
import { words } from '../text/language.ts';
import { alertText, subjectOf } from '../text/words.ts';
import { sendWaiting } from './actions.ts';
import { withAlert, withFleet, withSnapshot } from './fleet-state.ts';
import { go, route, sideBySide } from './route.ts';
import {
  fleet,
  noteBroken,
  noteHeard,
  onCall,
  openAlerts,
  polite,
  refusedList,
  session,
  setFleet,
  toldUnreached,
} from './store.ts';

const systemEveryMs = 30_000;
const retryMs = 3_000;
const waitingEveryMs = 5_000;

/** Keeps the store equal to the gateway while somebody is signed in: stream for what changes, a full answer at each opening. */
export function followGateway(): () => void {
  let heardSince = new Set<string>();
  let retry = 0;
  let over = false;

  const sessionEnded = () => {
    session.value = { kind: 'signed-out', says: 'ended' };
  };

  const refreshSystem = async () => {
    const [system, duty, silent] = await Promise.all([api.system(), api.onCall(), api.unreached()]);
    if (!over && silent.result === 'ok') toldUnreached.value = silent.body.unreached;
    if (!over && duty.result === 'ok') onCall.value = duty.body;
    if (!over && system.result === 'ok') setFleet({ ...fleet.value, system: system.body });
  };

  const snapshot = async (): Promise<void> => {
    window.clearTimeout(retry);
    heardSince = new Set();
    const since = heardSince;
    const [alerts, pumps, hubs] = await Promise.all([api.openAlerts(), api.pumps(), api.hubs(), refreshSystem()]);
    // A later question knows more, unless the page has nothing to show yet.
    if (over || (since !== heardSince && fleet.value.known)) return;
    if (alerts.result === 'problem' && alerts.problem.status === 401) {
      sessionEnded();
      return;
    }
    refusedList.value = alerts.result === 'problem' ? `${alerts.problem.title} ${alerts.problem.next}` : null;
    if (alerts.result !== 'ok' || pumps.result !== 'ok' || hubs.result !== 'ok') {
      retry = window.setTimeout(() => void snapshot(), retryMs);
      return;
    }
    const first = !fleet.value.known;
    const whole = { alerts: alerts.body.alerts, pumps: pumps.body.pumps, hubs: hubs.body.hubs };
    setFleet(withSnapshot(fleet.value, whole, new Set([...since, ...heardSince])));
    if (first) showFirst();
    void sendWaiting();
  };

  /** Where there is room for it, the alert to look at next stands open from the start. */
  const showFirst = () => {
    const count = openAlerts.value.length;
    const t = words.value.list;
    polite.value = count === 0 ? t.nothingSpoken : t.openSpoken(count);
    const next = openAlerts.value[0];
    if (next !== undefined && route.value.view === 'home' && sideBySide.matches)
      go({ view: 'alert', id: next.id }, true);
  };

  const onMessage = (message: StreamMessage) => {
    if (message.event === 'alert') {
      const { event }: AlertMessage = JSON.parse(message.data);
      heardSince.add(event.alert);
      const quiet = event.kind === 'opened' && event.after.priority === 'high';
      if (!quiet)
        polite.value = `${words.value.event[event.kind] ?? event.kind}: ${alertText(event.after)}, ${subjectOf(event.after)}.`;
      setFleet(withAlert(fleet.value, event.after));
    } else if (message.event === 'fleet') {
      const changed: FleetMessage = JSON.parse(message.data);
      setFleet(withFleet(fleet.value, changed));
    } else if (message.event === 'system') {
      const system: SystemView = JSON.parse(message.data);
      setFleet({ ...fleet.value, system });
    }
  };

  // Not only when the stream is open: on a slow line that is a round trip later.
  void snapshot();
  const waitingTimer = window.setInterval(() => void sendWaiting(), waitingEveryMs);
  const systemTimer = window.setInterval(() => void refreshSystem(), systemEveryMs);
  const closeStream = followStream('/api/v1/events', {
    opened: () => void snapshot(),
    heard: noteHeard,
    broken: noteBroken,
    message: onMessage,
    signedOut: sessionEnded,
  });
  return () => {
    over = true;
    window.clearTimeout(retry);
    window.clearInterval(systemTimer);
    window.clearInterval(waitingTimer);
    closeStream();
  };
}
