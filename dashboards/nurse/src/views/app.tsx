import type { ComponentChildren } from 'preact';
import { isClinical, type PageName } from '../state/pages.ts';
import { route } from '../state/route.ts';
import { liveness, openAlerts, session } from '../state/store.ts';
import { words } from '../text/language.ts';
import { AlarmLoadPage } from './alarm-load-page.tsx';
import { AlertDetailPanel } from './alert-detail.tsx';
import { AlertList } from './alert-list.tsx';
import { AuditPage } from './audit-page.tsx';
import { BenefitPage } from './benefit-page.tsx';
import { HandoverPage } from './handover-page.tsx';
import { HubsPage } from './hubs-page.tsx';
import { LiveRegions } from './live-regions.tsx';
import { MonitoringPage } from './monitoring-page.tsx';
import { OnCallPage } from './on-call-page.tsx';
import { PolicyPage } from './policy-page.tsx';
import { PumpDetailPanel } from './pump-detail.tsx';
import { PumpList, PumpsPage } from './pump-list.tsx';
import { SearchField } from './search-field.tsx';
import { SetUpPage } from './set-up-page.tsx';
import { ShiftBar } from './shift-bar.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { SignIn } from './sign-in.tsx';
import { SignInsPage } from './sign-ins-page.tsx';
import { StaleBar, StaleOverlay } from './stale.tsx';
import { Problems, TopLine, UnreachedBar } from './top-bar.tsx';

function Detail() {
  const shown = route.value;
  // A key of its own for each thing shown: a half-written note must never end up on another alert.
  if (shown.view === 'alert') return <AlertDetailPanel key={`alert ${shown.id}`} id={shown.id} />;
  if (shown.view === 'pump') return <PumpDetailPanel key={`pump ${shown.id}`} id={shown.id} />;
  return (
    <p class="detail-empty">
      {openAlerts.value.length === 0 ? words.value.detail.choosePump : words.value.detail.choose}
    </p>
  );
}

const pages: Readonly<Record<PageName, (props: { id: string | null }) => ComponentChildren>> = {
  pumps: PumpsPage,
  hubs: HubsPage,
  'on-call': OnCallPage,
  handover: HandoverPage,
  monitoring: MonitoringPage,
  benefit: BenefitPage,
  'alarm-load': AlarmLoadPage,
  policy: PolicyPage,
  audit: AuditPage,
  'set-up': SetUpPage,
  'sign-ins': SignInsPage,
};

function Page({ page, id }: { page: PageName; id: string | null }) {
  const Shown = pages[page];
  return <Shown id={id} />;
}

function Console() {
  return (
    <div class="page" data-live={liveness.value} data-view={route.value.view}>
      <header class="top">
        <StaleBar />
        <TopLine />
        <UnreachedBar />
        {session.value.kind === 'signed-in' && isClinical(session.value.person.role) && <ShiftBar />}
      </header>
      <Problems />
      {route.value.view === 'page' ? (
        <main class="sheet" key={route.value.page}>
          <Page page={route.value.page} id={route.value.id} />
        </main>
      ) : (
        <main class="columns">
          <div class="lists">
            <SearchField />
            <AlertList />
          </div>
          <div class="detail">
            <Detail />
          </div>
          <div class="fleet">
            <PumpList />
          </div>
        </main>
      )}
      <footer class="foot">{words.value.supplementaryLong}</footer>
      <StaleOverlay />
      <ShortcutsDialog />
    </div>
  );
}

export function App() {
  return (
    <>
      <LiveRegions />
      {session.value.kind === 'signed-in' ? <Console /> : <SignIn />}
    </>
  );
}
