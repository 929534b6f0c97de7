import { helpOpen } from '../state/keyboard.ts';
import { hashOf } from '../state/route.ts';
import { signOut } from '../state/session.ts';
import { endShift, shiftSince, testSound } from '../state/shift.ts';
import {
  broken,
  fleet,
  hubsDark,
  liveness,
  now,
  onCall,
  session,
  shelved,
  silentMs,
  unreached,
} from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';
import { LanguageChoice } from './language-choice.tsx';
import { Drop } from './marks.tsx';
import { PageNav } from './page-nav.tsx';
import { Words } from './words.tsx';

function LiveDot() {
  const silent = silentMs.value;
  const state = liveness.value === 'live' && broken.value ? 'reconnecting' : liveness.value;
  const t = words.value.live;
  return (
    <p class="live" data-live={state} title={t.title}>
      <span class="live-dot" aria-hidden="true" />
      {t[state]}
      {silent !== null && <span class="live-age">{span(silent)}</span>}
    </p>
  );
}

function HubCount() {
  const dark = hubsDark.value;
  const total = fleet.value.hubs.size;
  if (total === 0) return null;
  return (
    <p class={dark.length === 0 ? 'hubs' : 'hubs hubs-dark'} title={dark.map((hub) => hub.id).join(', ')}>
      {dark.length === 0 ? words.value.hubsOnline(total) : words.value.hubsDark(dark.length)}
    </p>
  );
}

/** Who answers now, and who after them. That nobody does is said as loudly. */
function OnDuty() {
  const duty = onCall.value;
  if (duty === null) return null;
  const t = words.value.onCall;
  const first = duty.now.find(({ role }) => role === 'primary');
  const next = duty.next.find(({ role }) => role === 'primary');
  return (
    <a
      class={first === undefined ? 'duty duty-none' : 'duty'}
      href={hashOf({ view: 'page', page: 'on-call', id: null })}
    >
      <span>{first === undefined ? t.nobody : t.on(first.person)}</span>
      {next !== undefined && <span class="duty-next">{t.later(next.person, clockTime(next.from, now.value))}</span>}
    </a>
  );
}

/** What was put aside stays counted on the first screen: nothing is hidden. */
function ShelvedCount() {
  const count = shelved.value.length;
  return count === 0 ? null : <p class="shelved">{words.value.shelvedCount(count)}</p>;
}

/** Pages that reached nobody: somebody at a screen is the only one who can know. Leads to the first of them. */
export function UnreachedBar() {
  const [first, ...others] = unreached.value;
  if (first === undefined) return null;
  return (
    <a class="unreached" href={hashOf({ view: 'alert', id: first.alert })} title={first.problem ?? ''}>
      {words.value.unreachedCount(others.length + 1)}
    </a>
  );
}

function Who() {
  if (session.value.kind !== 'signed-in') return null;
  const t = words.value;
  const { name, role } = session.value.person;
  return (
    <>
      <button class="who" type="button" popovertarget="who-menu" aria-label={t.menu.open(name, role)}>
        <span class="who-name">{name}</span> <span class="who-role">{role}</span>
      </button>
      <div id="who-menu" class="menu" popover="auto">
        <p class="menu-name">
          {name}
          <span>{role}</span>
        </p>
        <LanguageChoice />
        {shiftSince.value !== null && (
          <>
            <button type="button" popovertarget="who-menu" popovertargetaction="hide" onClick={() => void testSound()}>
              {t.sound.test}
            </button>
            <button type="button" popovertarget="who-menu" popovertargetaction="hide" onClick={endShift}>
              {t.sound.end}
            </button>
          </>
        )}
        <button
          type="button"
          popovertarget="who-menu"
          popovertargetaction="hide"
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          {t.menu.keyboard}
        </button>
        <button type="button" onClick={() => void signOut()}>
          {t.menu.signOut}
        </button>
      </div>
    </>
  );
}

/** What is wrong with the gateway itself, and what to do about it. */
export function Problems() {
  const system = fleet.value.system;
  if (system === null || system.problems.length === 0) return null;
  return (
    <ul class="problems" aria-label={words.value.problems}>
      {system.problems.map((problem) => (
        <li key={problem.code}>
          <strong>{problem.says}</strong> <Words text={problem.next} />
        </li>
      ))}
    </ul>
  );
}

export function TopLine() {
  return (
    <div class="top-line">
      <p class="brand">
        <Drop /> <span>{words.value.product}</span>
      </p>
      <PageNav />
      <LiveDot />
      <OnDuty />
      <HubCount />
      <ShelvedCount />
      <Who />
    </div>
  );
}
