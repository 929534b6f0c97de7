import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/top-bar.css';
import './styles/marks.css';
import './styles/alerts.css';
import './styles/detail.css';
import './styles/form.css';
import './styles/timeline.css';
import './styles/pumps.css';
import './styles/chart.css';
import './styles/overlays.css';
import './styles/nav.css';
import './styles/caregiver.css';
import './styles/pages.css';
import './styles/policy.css';
import './styles/handover.css';
import './styles/print.css';
import { effect, untracked } from '@preact/signals';
import { render } from 'preact';
import { followGateway } from './state/follow.ts';
import { onKey } from './state/keyboard.ts';
import { restorePreferences } from './state/preferences.ts';
import { findSession, takeLinkToken } from './state/session.ts';
import { followSound } from './state/shift.ts';
import { openAlerts, session, tick } from './state/store.ts';
import { startWorker } from './state/worker.ts';
import { words } from './text/language.ts';
import { App } from './views/app.tsx';

const place = document.getElementById('console');
if (place !== null) {
  restorePreferences();
  followSound();
  render(<App />, place);
  window.setInterval(tick, 1_000);
  document.addEventListener('visibilitychange', tick);
  document.addEventListener('keydown', onKey);
  effect(() => {
    return session.value.kind === 'signed-in' ? untracked(followGateway) : undefined;
  });
  effect(() => {
    const waiting = openAlerts.value.filter(
      (alert) => alert.priority === 'high' && alert.response === 'unacknowledged',
    ).length;
    const t = words.value;
    document.title = waiting === 0 ? t.appName : t.list.highTitle(waiting, t.appName);
  });
  void findSession(takeLinkToken());
  void startWorker();
}
