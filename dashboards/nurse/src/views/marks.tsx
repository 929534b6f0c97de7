import type { AlarmPriority } from '../../../../gateway/model/alarms.ts';

const strokes: Readonly<Record<AlarmPriority, number>> = { high: 3, medium: 2, low: 1, technical: 0 };

/** Priority by shape, count and colour together: a triangle with !!!, !! or !, and a plain square for technical. */
export function PriorityMark({ priority }: { priority: AlarmPriority }) {
  const count = strokes[priority];
  const first = 20 - (count - 1) * 2.75;
  return (
    <svg class="mark" data-priority={priority} viewBox="0 0 40 36" aria-hidden="true">
      {count === 0 ? (
        <rect class="mark-shape" x="7" y="5" width="26" height="26" rx="5" />
      ) : (
        <path class="mark-shape" d="M20 3.200 L37 32 Q37.800 33.500 36 33.500 L4 33.500 Q2.200 33.500 3 32 Z" />
      )}
      {count === 0 && <path class="mark-sign" d="M20 11.500v.1M20 16v8.500" />}
      {Array.from({ length: count }, (_, index) => (
        <path key={index} class="mark-sign" d={`M${first + index * 5.5} 17v7M${first + index * 5.5} 28.400v.1`} />
      ))}
    </svg>
  );
}

/** The product's own small sign. */
export function Drop() {
  return (
    <svg class="drop" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 1.500c3.700 4.400 6.200 7.600 6.200 11a6.200 6.200 0 0 1-12.400 0c0-3.400 2.500-6.600 6.200-11z" />
    </svg>
  );
}

export function Chevron({ back = false }: { back?: boolean }) {
  return (
    <svg class="chevron" viewBox="0 0 12 20" aria-hidden="true">
      <path d={back ? 'M10 2 2 10l8 8' : 'm2 2 8 8-8 8'} />
    </svg>
  );
}
