import { assertive, polite } from '../state/store.ts';

/** What a screen reader speaks: a new high alert at once, everything else when it is silent. */
export function LiveRegions() {
  return (
    <>
      <div class="sr-only" role="alert" aria-live="assertive" aria-atomic="true" data-testid="assertive">
        {assertive.value}
      </div>
      <div class="sr-only" role="status" aria-live="polite" aria-atomic="true" data-testid="polite">
        {polite.value}
      </div>
    </>
  );
}
