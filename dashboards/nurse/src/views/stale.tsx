import { useEffect, useRef } from 'preact/hooks';
import { heard, liveness, silentMs } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTimeSeconds, span } from '../text/time.ts';

/** Across the page when nothing is heard from the gateway: what stands below may no longer be true. */
export function StaleBar() {
  if (liveness.value !== 'late' && liveness.value !== 'lost') return null;
  return (
    <div class="stale-bar" role="alert">
      <strong>{words.value.stale.bar}</strong> {words.value.stale.heardFor(span(silentMs.value ?? 0))}
    </div>
  );
}

/** After a longer silence the data is covered: an old screen that looks calm is worse than none. */
export function StaleOverlay() {
  const t = words.value.stale;
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
      <h2 id="stale-title">{t.title}</h2>
      <p>
        {t.since} <strong>{heard.value === null ? t.opened : clockTimeSeconds(heard.value.wall)}</strong>. {t.pumpsGoOn}
      </p>
      <p>{t.reconnects}</p>
      <button class="button primary" type="button" onClick={() => location.reload()}>
        {t.again}
      </button>
    </dialog>
  );
}
