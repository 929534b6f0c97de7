import { useEffect, useRef } from 'preact/hooks';
import { helpOpen, setShortcuts, shortcutsOn } from '../state/keyboard.ts';
import { words } from '../text/language.ts';

const keys = [
  ['j', 'next'],
  ['k', 'before'],
  ['Enter', 'open'],
  ['a', 'take'],
  ['s', 'snooze'],
  ['/', 'search'],
  ['Esc', 'back'],
  ['?', 'help'],
] as const;

export function ShortcutsDialog() {
  const t = words.value.keys;
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = () => {
    helpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">{t.title}</h2>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t[does]}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={shortcutsOn.value}
          onChange={(event) => setShortcuts(event.currentTarget.checked)}
        />
        <span>{t.single}</span>
      </label>
      <button class="button primary" type="button" onClick={close}>
        {t.done}
      </button>
    </dialog>
  );
}
