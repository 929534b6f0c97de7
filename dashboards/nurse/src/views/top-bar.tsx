import type { Liveness } from '../live/liveness.ts';
import { helpOpen } from '../state/keyboard.ts';
import { signOut } from '../state/session.ts';
import { broken, fleet, hubsDark, liveness, session, silentMs } from '../state/store.ts';
import { span } from '../text/time.ts';
import { Drop } from './marks.tsx';
import { Words } from './words.tsx';

const liveWord: Readonly<Record<Liveness | 'reconnecting', string>> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  late: 'Not live',
  lost: 'Not live',
};

function LiveDot() {
  const silent = silentMs.value;
  const state = liveness.value === 'live' && broken.value ? 'reconnecting' : liveness.value;
  const word = liveWord[state];
  return (
    <p class="live" data-live={state} title="Age of the last sign of life from the gateway">
      <span class="live-dot" aria-hidden="true" />
      {word}
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
      {dark.length === 0
        ? `${total} ${total === 1 ? 'hub' : 'hubs'} online`
        : `${dark.length} ${dark.length === 1 ? 'hub' : 'hubs'} dark`}
    </p>
  );
}

function Who() {
  if (session.value.kind !== 'signed-in') return null;
  const { name, role } = session.value.person;
  return (
    <>
      <button class="who" type="button" popovertarget="who-menu" aria-label={`${name}, ${role}. Open menu`}>
        <span class="who-name">{name}</span>
        <span class="who-role">{role}</span>
      </button>
      <div id="who-menu" class="menu" popover="auto">
        <p class="menu-name">
          {name}
          <span>{role}</span>
        </p>
        <button
          type="button"
          popovertarget="who-menu"
          popovertargetaction="hide"
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          Keyboard
        </button>
        <button type="button" onClick={() => void signOut()}>
          Sign out
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
    <ul class="problems" aria-label="Problems of the gateway">
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
        <Drop /> <span>Infusion gateway</span>
      </p>
      <LiveDot />
      <HubCount />
      <Who />
    </div>
  );
}
