import { createHash } from 'node:crypto';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { Json, Plain } from '#kernel/state-store.ts';
import { millis } from '#kernel/time.ts';
import type { AlertEvent } from '#model/alert.ts';
import { outboxStream, type Page } from '#model/paging.ts';
import { collections, type DeliveryRecord } from '#notify/records.ts';
import { alertEventStream, alertInputStream } from '../../gateway/alerts/alert-store.ts';
import type { EngineInput } from '../../gateway/alerts/engine-input.ts';
import { Chance } from './chance.ts';
import { NightClock } from './night-clock.ts';
import { type CrashPoints, NightStateStore } from './night-disk.ts';
import { NightGateway, soundWiring, type Wiring } from './night-gateway.ts';
import { NightHub, type Sent } from './night-hub.ts';
import { NightLink } from './night-link.ts';
import { NightNotifier } from './night-notifier.ts';
import { NightPeople, nightDirectory } from './night-nurses.ts';
import { NIGHT_MS, planNight, within } from './night-plan.ts';
import { type Handed, NightChannel, nightChannels, type ProviderParts, type Told } from './night-providers.ts';
import { NightPump } from './night-pump.ts';
import { type Committed, identity, type NightRecord, type Stamped } from './night-record.ts';

export interface NightOptions {
  readonly seed: number;
  readonly wiring?: Partial<Wiring>;
  readonly onTrace?: (line: string) => void;
}

export interface NightRun {
  readonly record: NightRecord;
  /** Of every line of the trace: same seed, same hash. */
  readonly hash: string;
}

/** After the last reading the gateway goes on for a while, so that what hangs in the air comes down. */
const AFTER_MS = 600_000;

/** Plays a night from noon to noon and answers what happened. The same seed gives the same night. */
export async function runNight({ seed, wiring = {}, onTrace }: NightOptions): Promise<NightRun> {
  const plan = planNight(seed);
  const clock = new NightClock(plan.startMs);
  const hash = createHash('sha256');
  const trace = (line: string) => {
    const text = `${clock.monotonic()} ${line}`;
    hash.update(`${text}\n`);
    onTrace?.(text);
  };

  const acknowledged = new Set<string>();
  const committed = new Map<string, Committed[]>();
  const hubHeard = new Map<string, number[]>();
  const told: Told[] = [];
  const eventTimes: number[] = [];
  const pageTimes: number[] = [];
  const inside = new Map<Uint8Array, { hub: string; sent: readonly Sent[] }>();
  const seen = new Set<string>();
  const pumps = new Map<string, { pump: NightPump; hub: NightHub }>();
  const handed: Handed[] = [];
  const notifyState = new MemoryStateStore();
  let notifier: NightNotifier | null = null;

  const note = (payloads: readonly Uint8Array[]) => {
    const now = clock.monotonic();
    trace(`commit ${payloads.length}`);
    for (const payload of payloads) {
      const message = inside.get(payload);
      if (message === undefined) continue;
      let isNews = false;
      for (const { pump, boot, reading, trueMs } of message.sent) {
        const key = identity(pump, boot, reading.seq);
        if (seen.has(key)) continue;
        seen.add(key);
        const codes = (reading.alarms ?? []).map(({ code }) => code);
        committed.get(pump)?.push({ measuredMs: trueMs, committedMs: now, codes });
        isNews = true;
      }
      if (isNews) hubHeard.get(message.hub)?.push(now);
    }
  };
  const people = new NightPeople({
    asleep: plan.asleep,
    clock,
    chance: new Chance(seed, 'people'),
    gateway: () => gateway,
    tend: (id) => {
      const found = pumps.get(id);
      if (found === undefined) return;
      trace(`tend ${id}`);
      found.pump.tend(clock.monotonic());
      found.hub.touched(found.pump);
    },
    onAct: (alert, who, action) => trace(`${who} ${action} ${alert}`),
  });
  const wired = { ...soundWiring, ...wiring };
  const pages = new Map<string, Page>();
  const providers: ProviderParts = {
    plan,
    clock,
    chance: new Chance(seed, 'providers'),
    crashes: { reached: (point) => gateway.reached(point) },
    deliveries: notifyState,
    page: (id) => {
      for (const { value } of gateway.state.read<Plain<Page>>(outboxStream, pages.size, 1_000))
        pages.set(value.id, value);
      return pages.get(id);
    },
    onHanded: (one) => {
      trace(`handed ${one.delivery} ${one.outcome}`);
      handed.push(one);
    },
    onTold: (one) => {
      trace(`told ${one.person} ${one.page.id} ${one.channel}`);
      told.push(one);
      people.told(one);
    },
    receipt: (message, state) => notifier?.receive({ of: { message }, state, problem: null }),
    callEnded: (person) => notifier?.callEnded(person),
  };
  const gateway = new NightGateway(
    plan,
    clock,
    wired,
    {
      committed: note,
      stored: (events, pages) => {
        while (eventTimes.length < events) eventTimes.push(clock.monotonic());
        while (pageTimes.length < pages) pageTimes.push(clock.monotonic());
        eventTimes.length = events;
        pageTimes.length = pages;
      },
      up: () => {
        trace('up');
        link.gatewayIsBack();
      },
      died: () => {
        trace('died');
        notifier = null;
      },
    },
    ({ store, life, onProblem, onUndelivered }) => {
      const ofMessages: CrashPoints = {
        reached: (point) => point === 'before messages are stored' && gateway.reached(point),
      };
      const disk = { life, crashes: ofMessages, refuses: () => within(plan.stateRefuses, clock.monotonic()) };
      notifier = new NightNotifier(
        {
          state: store,
          store: new NightStateStore(disk, notifyState),
          channels: nightChannels.map((kind) => wired.channel(new NightChannel(providers, kind, life))),
          directory: nightDirectory,
          clock,
          life,
          chance: new Chance(seed, `notifier ${gateway.crashes}`),
          holder: `life ${gateway.crashes}`,
          onProblem,
          onUndelivered,
        },
        wired.outbox,
      );
      return notifier;
    },
  );
  const link = new NightLink(clock, new Chance(seed, 'link'), plan, () => gateway);

  for (const hubPlan of plan.hubs) {
    const chance = new Chance(seed, hubPlan.id);
    const own = hubPlan.pumps.map((pump) => new NightPump(pump, hubPlan.id, chance));
    const hub = new NightHub(
      {
        clock,
        chance,
        link,
        startMs: plan.startMs,
        onSent: (payload, sent) => inside.set(payload, { hub: hubPlan.id, sent }),
        onAcked: (payload, sent) => {
          inside.delete(payload);
          for (const { pump, boot, reading } of sent) acknowledged.add(identity(pump, boot, reading.seq));
        },
      },
      hubPlan,
      own,
    );
    hubHeard.set(hubPlan.id, []);
    for (const pump of own) {
      committed.set(pump.plan.id, []);
      pumps.set(pump.plan.id, { pump, hub });
    }
    link.join(hub);
    hub.start();
  }
  for (const crash of plan.crashes) gateway.plan(crash);
  for (const { atMs, byMs } of plan.wallSteps) {
    clock.after(millis(atMs), 'wall-step', () => {
      trace(`wall ${byMs}`);
      clock.stepWall(byMs);
    });
  }
  gateway.start();
  await clock.runUntil(NIGHT_MS + AFTER_MS);

  const rows = <T extends Json>(stream: string, times: readonly number[]): Stamped<T>[] =>
    gateway.state
      .read<T>(stream, 0, gateway.state.last(stream))
      .map(({ value }, i) => ({ value, atMs: times[i] ?? 0 }));
  const record: NightRecord = {
    plan,
    endMs: NIGHT_MS + AFTER_MS,
    hazards: [...pumps.values()].flatMap(({ pump }) => pump.hazards),
    committed,
    hubHeard,
    hubOf: new Map(plan.hubs.flatMap((hub) => hub.pumps.map((pump) => [pump.id, hub.id] as const))),
    acknowledged,
    journal: gateway.journal.readAfter(0, gateway.journal.lastOffset()),
    events: rows<Plain<AlertEvent>>(alertEventStream, eventTimes),
    pages: rows<Plain<Page>>(outboxStream, pageTimes),
    inputs: rows<Plain<EngineInput>>(alertInputStream, []).map(({ value }) => value),
    told,
    crashes: gateway.crashes,
    handed,
    deliveries: notifyState.list<DeliveryRecord>(collections.delivery).map(({ value }) => value),
    away: gateway.away,
  };
  for (const { value, atMs } of record.events) {
    trace(`event ${atMs} ${value.alert} ${value.kind} ${value.at} ${value.after.pump} ${value.after.code} ${value.by}`);
  }
  for (const { value, atMs } of record.pages) trace(`page ${atMs} ${value.id} ${value.kind}`);
  return { record, hash: hash.digest('hex') };
}
