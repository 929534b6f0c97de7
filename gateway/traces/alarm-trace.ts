import { createHash } from 'node:crypto';
import type { AlertEvent } from '#model/alert.ts';
import type { Explanation } from '#model/explanation.ts';
import type { Delivery, Page } from '#model/paging.ts';
import type { Span } from './span.ts';

export type Traced = Pick<Explanation, 'alert' | 'timeline' | 'evidence' | 'pages' | 'deliveries'>;

/** States in which a message has left. */
const hasLeft = ({ state }: Delivery): boolean => state !== 'queued';

/**
 * An alert as a trace: from the message that told of it to each message that called a person. It is made from what is
 * stored, and ids come from what things are, so that made again it is the same. No person and no patient is named.
 */
export function alarmTrace({ alert, timeline, evidence, pages, deliveries }: Traced): Span[] {
  const traceId = digest(`alert ${alert.id}`, 32);
  const spanId = (of: string): string => digest(`${alert.id} ${of}`, 16);
  const receivedAt = ({ cause, at }: AlertEvent): number =>
    Math.min(at, evidence.find(({ offset }) => offset === cause)?.receivedAt ?? at);
  const opening = timeline.find(({ kind }) => kind === 'opened');
  if (!opening) return [];
  const root = spanId('opened');
  const common = { 'infusion.alert': alert.id, 'infusion.code': alert.code, 'infusion.priority': alert.priority };
  const offsetOf = ({ cause }: AlertEvent) => (cause === null ? {} : { 'infusion.journal.offset': cause });
  const begin: Span = {
    traceId,
    spanId: root,
    parentId: null,
    name: `alarm ${alert.code}`,
    kind: 'server',
    start: receivedAt(opening),
    end: opening.at,
    attributes: { ...common, ...offsetOf(opening) },
    problem: null,
  };
  const again = timeline
    .filter(({ kind, cause }) => kind === 'recurred' && cause !== null)
    .map((event): Span => {
      const start = receivedAt(event);
      const attributes = { ...common, ...offsetOf(event) };
      const of = {
        traceId,
        spanId: spanId(`recurred ${event.cause}`),
        parentId: root,
        start,
        end: event.at,
        attributes,
      };
      return { ...of, name: `alarm ${alert.code} again`, kind: 'server', problem: null };
    });
  const sent = pages.flatMap((page) => {
    const own = deliveries.filter((delivery) => delivery.page === page.id).filter(hasLeft);
    return [pageSpan(page, own), ...own.map((delivery) => deliverySpan(page, delivery))];
  });
  return [begin, ...again, ...sent];

  function pageSpan(page: Page, own: readonly Delivery[]): Span {
    const { id, kind, step, round, at } = page;
    const end = own.length === 0 ? at : Math.max(at, Math.min(...own.map(({ changedAt }) => changedAt)));
    const attributes = {
      ...common,
      'infusion.page.kind': kind,
      'infusion.page.step': step,
      'infusion.page.round': round,
    };
    const of = { traceId, spanId: spanId(`page ${id}`), parentId: root, name: `page ${kind}`, start: at, end };
    return { ...of, kind: 'internal', attributes, problem: null };
  }

  function deliverySpan(page: Page, { key, channel, state, queuedAt, changedAt, tries, problem }: Delivery): Span {
    const attributes = { ...common, 'infusion.channel': channel, 'infusion.state': state, 'infusion.tries': tries };
    const failed = state === 'failed' || state === 'expired';
    return {
      traceId,
      spanId: spanId(`delivery ${key}`),
      parentId: spanId(`page ${page.id}`),
      name: `send ${channel}`,
      kind: 'client',
      start: queuedAt,
      end: Math.max(queuedAt, changedAt),
      attributes,
      problem: failed ? (problem ?? state) : null,
    };
  }
}

const digest = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);
