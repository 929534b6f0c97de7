import { type PageName, pagesFor } from '../state/pages.ts';
import { hashOf, route } from '../state/route.ts';
import { openAlerts, session } from '../state/store.ts';
import { words } from '../text/language.ts';
import { Icon } from './icons.tsx';

/** As many as stand in the bar of a phone beside the menu for the rest; a wide screen has room for more. */
const inBar = 3;

const close = () => document.getElementById('more-menu')?.hidePopover();

function PageLink({ page, place }: { page: PageName; place: 'bar' | 'menu' }) {
  const shown = route.value.view === 'page' && route.value.page === page;
  return (
    <a
      class="nav-link"
      data-place={place}
      href={hashOf({ view: 'page', page, id: null })}
      aria-current={shown ? 'page' : undefined}
      onClick={close}
    >
      <Icon name={page} />
      <span>{words.value.page[page]}</span>
    </a>
  );
}

/** Where one can go: a bar at the foot of a phone, a row at the head of a wide screen. */
export function PageNav() {
  if (session.value.kind !== 'signed-in') return null;
  const t = words.value;
  const pages = pagesFor(session.value.person.role);
  const home = route.value.view !== 'page';
  const waiting = openAlerts.value.filter(({ response }) => response === 'unacknowledged').length;
  const moreShown = route.value.view === 'page' && pages.indexOf(route.value.page) >= inBar;
  return (
    <nav class="nav" aria-label={t.menu.pages}>
      <a class="nav-link" href={hashOf({ view: 'home' })} aria-current={home ? 'page' : undefined}>
        <Icon name="home" />
        <span>{t.page.home}</span>
        {!home && waiting > 0 && <span class="nav-count">{waiting}</span>}
      </a>
      {pages.slice(0, inBar).map((page) => (
        <PageLink key={page} page={page} place="bar" />
      ))}
      {pages.length > inBar && (
        <>
          <button
            class="nav-link"
            type="button"
            popovertarget="more-menu"
            aria-current={moreShown ? 'page' : undefined}
          >
            <Icon name="more" />
            <span>{t.menu.more}</span>
          </button>
          <div id="more-menu" class="menu more-menu" popover="auto">
            {pages.slice(inBar).map((page) => (
              <PageLink key={page} page={page} place="menu" />
            ))}
          </div>
        </>
      )}
    </nav>
  );
}
