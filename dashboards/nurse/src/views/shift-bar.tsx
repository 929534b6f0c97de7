import { speaker } from '../sound/speaker.ts';
import { heardIt, shiftSince, soundTest, startShift, testSound } from '../state/shift.ts';
import { words } from '../text/language.ts';

/** Until a person listens here the page says that it is silent, and how to change that. */
export function ShiftBar() {
  const t = words.value.sound;
  if (soundTest.value !== 'none') {
    const asking = soundTest.value === 'asking';
    return (
      <section class="shift-bar" aria-label={t.title} data-testid="shift">
        <p>{asking ? t.didYou : t.sounding}</p>
        {asking && (
          <div class="shift-actions">
            <button class="button" type="button" onClick={() => void testSound()}>
              {t.again}
            </button>
            <button class="button primary" type="button" onClick={heardIt}>
              {t.heard}
            </button>
          </div>
        )}
      </section>
    );
  }
  if (shiftSince.value === null) {
    return (
      <section class="shift-bar" aria-label={t.title} data-testid="shift">
        <p>{t.silent}</p>
        <button class="button primary" type="button" onClick={() => void startShift()}>
          {t.start}
        </button>
      </section>
    );
  }
  if (speaker.value === 'on') return null;
  return (
    <section class="shift-bar blocked" role="alert" data-testid="sound-blocked">
      <p>
        <strong>{t.blocked}</strong> {t.blockedWhy}
      </p>
      <button class="button primary" type="button" onClick={() => void testSound()}>
        {t.unblock}
      </button>
    </section>
  );
}
