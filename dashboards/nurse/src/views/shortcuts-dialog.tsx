import { useEffect, useRef } from 'preact/hooks';
import { helpOpen, setShortcuts, shortcutsOn } from '../state/keyboard.ts';

const keys: readonly (readonly [string, string])[] = [
  ['j', 'next alert'],
  ['k', 'alert before'],
  ['Enter', 'open it'],
  ['a', 'take it'],
  ['Esc', 'back to the list'],
  ['?', 'this help'],
];

export function ShortcutsDialog() {
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
      <h2 id="help-title">Keyboard</h2>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={shortcutsOn.value}
          onChange={(event) => setShortcuts(event.currentTarget.checked)}
        />
        <span>Single-key shortcuts</span>
      </label>
      <button class="button primary" type="button" onClick={close}>
        Done
      </button>
    </dialog>
  );
}
