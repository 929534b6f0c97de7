import { parseWireReading } from '#codec/hub-json.ts';
import { decodeHubMessage } from '#codec/hub-message.ts';
import { seededRandom } from '#kernel/random.ts';
import { hours, type WallMs } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { AlertEvent, AlertEventKind } from '#model/alert.ts';
import type { JournalEntry, ReadingEntry } from '#model/journal-entry.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { alertLine } from '#series/line-protocol.ts';
import { Fleet } from '#simulator/fleet.ts';
import { MemoryBroker, type StoredMessage } from '#simulator/memory-broker.ts';
import { seededUuid } from '#simulator/seeds.ts';
import { demoStory } from '#simulator/stories/demo.ts';
import type { Story } from '#simulator/story.ts';

/** 2026-03-01T00:00:00Z. */
export const DAY_BEGINS = 1_772_323_200_000;
export const DAY_ENDS = DAY_BEGINS + 24 * 3_600_000;

/** Seconds between readings of a pump: an occlusion of the story, which lasts 95 s, is seen several times. */
const INTERVAL_S = 15;

/** On top of the demo story, so that alarms of every priority are there: a battery that runs low, a bag nearly empty. */
const moreTrouble: Story['events'] = [
  { at: 5 * 3_600, pump: 'pump-01', event: 'battery', pct: 3, onMains: false },
  { at: 5 * 3_600 + 600, pump: 'pump-01', event: 'battery', pct: 60, onMains: true },
  { at: 5 * 3_600 + 1_000, pump: 'pump-01', event: 'start', therapy: 'antibiotic', bagMl: 3 },
];

/**
 * A day of the demo story's six pumps as a journal: played on virtual time, decoded as the gateway does. With a status
 * before it each reading has a model.
 */
export async function simulatedDay(): Promise<readonly JournalEntry[]> {
  const clock = new VirtualClock(DAY_BEGINS);
  const random = seededRandom(7);
  const broker = new MemoryBroker(clock);
  const fleet = new Fleet({
    story: { ...demoStory, events: [...demoStory.events, ...moreTrouble] },
    seed: 7,
    transport: broker,
    clock,
    intervalS: INTERVAL_S,
    newBoot: () => seededUuid(random),
    idRandom: random,
  });
  fleet.start();
  await clock.advance(hours(24));
  return broker.messages
    .flatMap((message) => entriesOf(message, clock.wall()))
    .map((entry, i) => ({ ...entry, offset: i + 1 }));
}

function entriesOf({ topic, payload }: StoredMessage, receivedAt: WallMs): JournalEntry[] {
  const message = decodeHubMessage(topic, Buffer.from(payload), receivedAt);
  if (message.kind === 'refused') throw new Error(`The simulator sent what is refused: ${message.refusal.code}`);
  const common = { offset: 0, hub: message.hub, receivedAt };
  if (message.kind === 'status') return [{ ...common, kind: 'status', cause: 'said', status: message.status }];
  const { pump, boot, accepted } = message;
  return accepted.map(({ wire }) => ({
    ...common,
    kind: 'reading',
    pump,
    boot,
    wire,
    reading: parseWireReading(wire),
  }));
}

/** What the gateway writes of a journal: `pump_reading`, `pump_occlusion` and `pump_alarm`. */
export function readingLines(entries: readonly JournalEntry[]): string[] {
  const journal = {
    readAfter: (offset: number, limit: number) => entries.slice(offset, offset + limit),
    lastOffset: () => entries.length,
    readingsBetween: (pump: string, fromMs: number, toMs: number) =>
      entries
        .filter((entry) => entry.kind === 'reading')
        .filter(({ pump: id, reading }) => id === pump && reading.atMs >= fromMs && reading.atMs < toMs)
        .sort((a, b) => a.reading.atMs - b.reading.atMs),
    // Read from the start, nothing is known before the first entry.
    newestAt: () => undefined,
  };
  const reader = new JournalFeed(journal, new JournalAlarmHistory(journal)).open({ offset: 0, learned: new Map() });
  const lines: string[] = [];
  for (let batch = reader.next(5_000); batch; batch = reader.next(5_000)) lines.push(...batch.lines);
  return lines;
}

/** Alerts about each occlusion alarm of the day, taken and closed, and about a hub that went dark. */
export function alertLines(entries: readonly JournalEntry[]): string[] {
  const onsets = entries.filter((entry) => entry.kind === 'reading').filter(isOcclusionOnset());
  const events = onsets.flatMap((entry, i) => [
    alertEvent(`A${i}`, 'opened', entry, entry.reading.atMs),
    alertEvent(`A${i}`, 'acknowledged', entry, entry.reading.atMs + 40_000),
    alertEvent(`A${i}`, 'closed', entry, entry.reading.atMs + 300_000),
  ]);
  const [first] = onsets;
  if (!first) throw new Error('The story has no occlusion.');
  const dark = alertEvent('H1', 'opened', first, DAY_BEGINS + 4 * 3_600_000);
  events.push({ ...dark, after: { ...dark.after, pump: null, hub: 'hub-03', code: 'hub-dark', priority: 'medium' } });
  return events.map((event, position) => alertLine(position, event));
}

function isOcclusionOnset(): (entry: ReadingEntry) => boolean {
  const blocked = new Set<string>();
  return ({ pump, reading }) => {
    if (!reading.alarms?.some(({ code }) => code === 'occlusion-downstream')) {
      blocked.delete(pump);
      return false;
    }
    const isNew = !blocked.has(pump);
    blocked.add(pump);
    return isNew;
  };
}

function alertEvent(id: string, kind: AlertEventKind, { pump, hub }: ReadingEntry, at: number): AlertEvent {
  const after = {
    id,
    version: 1,
    pump,
    hub,
    patient: null,
    code: 'occlusion-downstream',
    priority: 'high',
    text: 'Line blocked',
    state: kind === 'closed' ? 'closed' : 'open',
    condition: 'active',
    stateUnknown: false,
    response: 'unacknowledged',
    acknowledgedBy: null,
    acknowledgedAt: null,
    acknowledgementExpires: null,
    assignedTo: null,
    escalationStep: null,
    nextStepAt: null,
    held: null,
    chatter: false,
    missed: false,
    since: at,
    learnedAt: at,
    clearedAt: null,
    closedAt: null,
    outcome: null,
    count: 1,
    drug: null,
    policy: 'test',
  } as const;
  return { alert: id, kind, at, by: null, reason: 'test', cause: null, note: null, after };
}
