import type { PageName } from '../state/pages.ts';

/** One line each, on a grid of 24. */
const paths: Readonly<Record<PageName | 'home' | 'more' | 'phone' | 'search', string>> = {
  home: 'M6 17V11a6 6 0 0 1 12 0v6M4 17h16M10 20.500h4',
  pumps: 'M7 3h10v18H7zM10 6.500h4v4h-4zM10 14.500h.1M14 14.500h.1M10 17.500h.1M14 17.500h.1',
  hubs: 'M5 13h14v6H5zM8 16h.1M12 13V9M8.500 6.500a5 5 0 0 1 7 0M6 4a8.500 8.500 0 0 1 12 0',
  'on-call': 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.500l3 2',
  handover: 'M4 8h14M14.500 4.500 18 8l-3.500 3.500M20 16H6M9.500 12.500 6 16l3.500 3.500',
  'alarm-load': 'M5 20V12M10 20V5M15 20v-6M20 20V9',
  monitoring: 'M6 3.500h9l4 4v13H6zM9.500 11h6M9.500 14.500h6M9.500 18h3.500',
  benefit: 'M4.500 6h15v14h-15zM4.500 10.500h15M8.500 3.500V8M15.500 3.500V8M9.500 15l2 2 3.500-3.500',
  policy: 'M5 7h8M17 7h2M13 5h4v4h-4zM5 17h2M11 17h8M7 15h4v4H7zM5 12h14',
  audit: 'M5 4h10v16H5zM8 8h4M8 11.500h4M8 15h2M15.500 12a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM17.700 17.200 20.500 20',
  'set-up': 'M12 5v14M5 12h14',
  'sign-ins': 'M14 4h5v16h-5M4 12h10M10 8l4 4-4 4',
  more: 'M5 7h14M5 12h14M5 17h14',
  phone:
    'M6 3.500h3.500l1.500 4.500-2 1.500a12 12 0 0 0 5.500 5.500l1.500-2 4.500 1.500V18a2.500 2.500 0 0 1-2.500 2.500C10.500 20.500 3.500 13.500 3.500 6A2.500 2.500 0 0 1 6 3.500z',
  search: 'M10.500 4a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM15.500 15.500 20 20',
};

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
