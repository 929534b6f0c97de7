import { useEffect, useRef } from 'preact/hooks';
import { hashOf, moveFocus } from '../state/route.ts';
import { words } from '../text/language.ts';
import { Chevron } from './marks.tsx';

/** On a narrow screen the detail covers the lists; this leads back to them. */
export function BackLink() {
  return (
    <a class="back" href={hashOf({ view: 'home' })}>
      <Chevron back /> {words.value.detail.back}
    </a>
  );
}

/** For the heading of a panel: takes the focus when the reader opened the panel, and not when it opened beside them. */
export function useFocusOnOpen() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (moveFocus.peek()) heading.current?.focus();
    moveFocus.value = false;
  }, []);
  return heading;
}
