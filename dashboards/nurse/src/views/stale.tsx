import { useEffect, useRef } from 'preact/hooks';
import { heard, liveness, silentMs } from '../state/store.ts';
import { clockTimeSeconds, span } from '../text/time.ts';

/** Across the page when nothing is heard from the gateway: what stands below may no longer be true. */
export function StaleBar() {
  if (liveness.value !== 'late' && liveness.value !== 'lost') return null;
  return (
    <div class="stale-bar" role="alert">
      <strong>This screen is not live.</strong> Nothing heard from the gateway for {span(silentMs.value ?? 0)}.
    </div>
  );
}

/** After a longer silence the data is covered: an old screen that looks calm is worse than none. */
export function StaleOverlay() {
  const dialog = useRef<HTMLDialogElement>(null);
  const lost = liveness.value === 'lost';
  useEffect(() => {
    if (lost) dialog.current?.showModal();
    else dialog.current?.close();
  }, [lost]);
  return (
    <dialog
      ref={dialog}
      class="stale-overlay"
      aria-labelledby="stale-title"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="stale-title">Do not rely on this screen</h2>
      <p>
        Nothing has come from the gateway since{' '}
        <strong>{heard.value === null ? 'the page was opened' : clockTimeSeconds(heard.value.wall)}</strong>. The pumps
        go on and alarm by themselves. Phone the patients you are worried about.
      </p>
      <p>The console reconnects by itself and opens again when it is live.</p>
      <button class="button primary" type="button" onClick={() => location.reload()}>
        Load again
      </button>
    </dialog>
  );
}
