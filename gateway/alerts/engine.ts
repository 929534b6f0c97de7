import type { ActionResult, Alert, AlertAction, AlertEvent } from '#model/alert.ts';
import { observeReading, observeStatus, skewMs } from '#model/clock-skew.ts';
import type { JournalEntry, ReadingEntry, StatusEntry } from '#model/journal-entry.ts';
import type { Page } from '#model/paging.ts';
import type { PumpContext, TechnicalCondition } from '#model/pump-context.ts';
import { isDelivering } from '#model/reading.ts';
import { isNewer, orderingInstant, type ReadingKey } from '#model/reading-order.ts';
import type { Person } from '#model/role.ts';
import { alarmSetKey } from './alarm-set.ts';
import { AlertBook, type AlertIdMaker } from './alert-book.ts';
import { endChatter, openChatter } from './chatter.ts';
import { watchClock } from './clock-watch.ts';
import { isGone } from './conditions.ts';
import { DerivedRules } from './derived.ts';
import { addToBacklog, applyAlarmSet, judgeBacklog, raiseForDrug, remember } from './device-alarms.ts';
import { type DueEntry, type DueKind, DueQueue } from './due-queue.ts';
import type { EngineInput, InputKind } from './engine-input.ts';
import type { AlertRecord, ContextRecord, HubMemory, HubRecord, PumpMemory, PumpRecord } from './engine-state.ts';
import { isNewestPage, isRepeating } from './escalation.ts';
import { holdOf } from './holds.ts';
import { watchOcclusion } from './occlusion-watch.ts';
import { armOutage, gatheredBy, lookAtOutage, noteDark } from './outage.ts';
import { actOn } from './person-actions.ts';
import { type AlertPolicy, criticalDrugTest } from './policy.ts';
import { pumpRules } from './pump-rules/pump-rules.ts';
import { ms, type Rules } from './rules.ts';
import { lookAtGaps, noteSequence } from './sequence.ts';
import { armHub, armPump, heard, hubHeard, hubLeft, hubSilence, pumpHeard, pumpSilence } from './silence.ts';
import { Sources } from './sources.ts';
import { armStart, lookAtStart } from './start-watch.ts';
import { applyTechnical } from './technical.ts';

/** A shorter absence counts for nothing beside the limits of silence; the stored time may itself be some seconds old. */
const shortestDeafMs = 10_000;

/** A smaller step of the calendar than this changes nothing that anybody would see. */
const leastBehindMs = 1_000;
/** How exactly the silence of hubs is known under a calendar that was set back. Each correction is a row that stays. */
const correctEveryMs = 20_000;

/** What the engine starts from: documents as `changed` answered them. */
export interface EngineSnapshot {
  /** Until when everything was looked at. */
  readonly now: number;
  /** The instant of the newest thing that happened. */
  readonly at: number;
  /** The journal entry folded in last. */
  readonly offset: number;
  readonly contexts: Iterable<ContextRecord>;
  readonly hubs: Iterable<HubRecord>;
  readonly pumps: Iterable<PumpRecord>;
  readonly open: Iterable<AlertRecord>;
}

/** Looks of which there are many and which find something seldom. */
const ofSilence: ReadonlySet<DueKind> = new Set(['pump-silence', 'hub-silence', 'gap', 'start']);

const ofPumps: ReadonlySet<DueKind> = new Set(['judge', 'pump-silence', 'gap', 'start']);

/**
 * The alert rules: journal entries, the passing of time and what people do go in, alert events come out. The same inputs
 * give the same events and the same state. It knows no clock and no disk: time is the `receivedAt` of entries and the
 * instants it is told, and never goes back. What has to happen later is state too (`nextDue`).
 */
export class AlertEngine {
  readonly #policy: AlertPolicy;
  readonly #queue = new DueQueue();
  readonly #book: AlertBook;
  readonly #rules: Rules;
  readonly #sources: Sources;
  readonly #derived: DerivedRules;
  readonly #oldMs: number;
  #inputs: EngineInput[] = [];
  /** The journal entry folded in last. */
  #offset = 0;
  /** Up to where journal and inputs tell how far time was when the next entry came. */
  #toldUntil = 0;
  /** Until when it is known to have looked, whether or not anything came. */
  #aliveUntil = 0;

  constructor(policy: AlertPolicy, newId: AlertIdMaker) {
    this.#policy = policy;
    const isCritical = criticalDrugTest(policy);
    this.#sources = new Sources(isCritical);
    this.#oldMs = ms(policy.backlog.olderThanSeconds);
    this.#book = new AlertBook({
      policy,
      newId,
      queue: this.#queue,
      onChatter: (record) => openChatter(this.#rules, record),
      onClosed: ({ alert }) => {
        endChatter(this.#rules, alert);
        const pump = alert.pump === null ? undefined : this.#sources.pump(alert.pump);
        if (!pump) return;
        remember(pump, alert);
        this.#sources.touch(pump);
      },
      visitAt: (pump) => this.#sources.context(pump).visit,
      holdOf: (alert) => holdOf(policy, this.#book, this.#sources, alert),
      gathered: (alert) => gatheredBy(this.#book, alert),
    });
    this.#rules = {
      policy,
      book: this.#book,
      queue: this.#queue,
      isCritical,
      touch: (pump) => this.#sources.touch(pump),
      beforeDark: (hub) => noteDark(this.#rules, this.#sources, hub),
      silenceNotBefore: 0,
    };
    this.#derived = new DerivedRules(this.#rules, pumpRules);
  }

  /** Until when everything was looked at, Unix ms. */
  get now(): number {
    return Math.max(this.#book.now, this.#aliveUntil);
  }

  /** The instant of the newest thing that happened. */
  get at(): number {
    return this.#book.now;
  }

  /** What comes next, received at `receivedAt` by a calendar that was set back, comes in truth at `now`. */
  correct(receivedAt: number, now: number): void {
    const { now: at } = this.#book;
    if (receivedAt >= at - leastBehindMs || now - at < correctEveryMs) return;
    this.moveTo(now);
    this.#remember({ input: 'time' });
  }

  /** When `advance` has something to do next. May be early, never late. */
  nextDue(): number | null {
    return this.#queue.nextDue();
  }

  restore(snapshot: EngineSnapshot): void {
    this.#book.now = snapshot.at;
    this.#aliveUntil = snapshot.now;
    this.#offset = snapshot.offset;
    for (const doc of snapshot.contexts) this.#sources.addContext(doc);
    for (const record of snapshot.open) this.#book.restore(record);
    for (const doc of snapshot.hubs) this.#sources.addHub(doc);
    for (const doc of snapshot.pumps) {
      const pump = this.#sources.addPump(doc, this.#sources.hubFor(doc.hub, doc.lastSeen));
      if (doc.judgeDue !== null) this.#queue.push({ due: doc.judgeDue, kind: 'judge', key: doc.id });
      for (const { since } of doc.missing) {
        const due = since + ms(this.#policy.derived.gapSeconds);
        this.#queue.push({ due, kind: 'gap', key: doc.id });
      }
      armPump(this.#rules, pump);
    }
    for (const record of this.#sources.contexts()) armStart(this.#rules, record);
    for (const hub of this.#sources.hubs()) armHub(this.#rules, hub);
    armOutage(this.#rules);
  }

  /**
   * The gateway has been away until `now`, or its calendar was set forward: what fell due meanwhile is done, but the silence
   * of that time is nobody's, and hubs get a moment to reconnect. Answers whether it is kept from the silence of each of them.
   */
  started(now: number, aliveUntil = this.now): boolean {
    const grace = ms(this.#policy.silence.restartGraceSeconds);
    const awayMs = now - aliveUntil;
    if (awayMs > grace) {
      this.#rules.silenceNotBefore = now + grace;
    }
    const wasDeaf = awayMs > Math.max(grace, shortestDeafMs) && this.#sources.deaf(awayMs);
    this.#book.now = Math.max(this.#book.now, now);
    this.#remember({ input: 'started', aliveUntil });
    this.advance(now);
    return wasDeaf;
  }

  /**
   * Does everything that fell due up to `to`, each at the instant it fell due. A look at silence that found none leaves `at` where
   * it was: that nothing happened is no input.
   */
  advance(to: number): void {
    for (let entry = this.#queue.pop(to); entry; entry = this.#queue.pop(to)) {
      const { now, made } = this.#book;
      this.#book.now = Math.max(now, entry.due);
      this.#runDue(entry);
      if (this.#book.made === made && ofSilence.has(entry.kind)) this.#book.now = now;
    }
    this.#aliveUntil = Math.max(this.#aliveUntil, to);
  }

  /** Time is known to have been at `to` before what comes next. */
  moveTo(to: number): void {
    this.advance(to);
    this.#book.now = Math.max(this.#book.now, to);
  }

  /** Does what is told at `now`. It is remembered if it changed anything. */
  #told<R>(now: number, input: InputKind, work: () => R): R {
    this.advance(now);
    const { now: before, made } = this.#book;
    this.#book.now = Math.max(before, now);
    const result = work();
    if (this.#book.made > made) this.#remember(input);
    else this.#book.now = before;
    return result;
  }

  /** Takes in one journal entry. Entries come in the order of their offsets; one folded in before changes nothing. */
  fold(entry: JournalEntry): void {
    // Something fell due while this entry was on its way through the journal: in a replay it must come before it, too.
    const { receivedAt } = entry;
    if (this.#book.now > Math.max(this.#toldUntil, receivedAt)) this.#remember({ input: 'time' });
    this.moveTo(receivedAt);
    this.#toldUntil = Math.max(this.#toldUntil, receivedAt);
    this.#offset = Math.max(this.#offset, entry.offset);
    const hub = this.#sources.hubFor(entry.hub, this.#book.now);
    if (entry.offset <= hub.doc.offset) return;
    hub.doc.offset = entry.offset;
    this.#sources.touchHub(hub);
    if (entry.kind === 'status') this.#foldStatus(hub, entry);
    else this.#foldReading(hub, entry);
  }

  /** What a person does. `closed` is the record when the alert is closed and the engine no longer holds it. */
  act(id: string, action: AlertAction, person: Person, now: number, closed?: AlertRecord): ActionResult {
    return this.#told(now, { input: 'act', alert: id, action, person }, () => {
      const record = this.#book.get(id) ?? closed;
      return record ? actOn(this.#policy, this.#book, record, action, person) : { result: 'not-found' };
    });
  }

  /** What is known of a pump from outside, whether or not it was heard yet. */
  setContext(pump: string, context: PumpContext, now: number): void {
    if (JSON.stringify(this.#sources.context(pump)) === JSON.stringify(context)) return;
    this.moveTo(now);
    this.#sources.setContext(pump, context, this.#book.now);
    const known = this.#sources.pump(pump);
    if (known) {
      raiseForDrug(this.#rules, known);
      armPump(this.#rules, known);
    }
    armStart(this.#rules, { pump, context, toldAt: this.#book.now });
    const { patient } = context;
    for (const record of patient === null ? [] : this.#book.openOf(pump, null)) {
      if (record.alert.patient === null) {
        this.#book.change(record, 'patient-known', { patient }, { reason: 'The pump was assigned to a patient.' });
      }
    }
    this.#remember({ input: 'context', pump, context });
  }

  /** A condition of the gateway itself. Telling the same again changes nothing. */
  technical(condition: TechnicalCondition, now: number): void {
    this.#told(now, { input: 'technical', condition }, () => applyTechnical(this.#rules, condition));
  }

  /** No message of a page reached anybody: the next step need not wait, unless the last one is repeating already. */
  undelivered(alert: string, page: string, now: number): void {
    this.#told(now, { input: 'undelivered', alert, page }, () => {
      const record = this.#book.get(alert);
      const escalation = record?.escalation;
      if (record && escalation && !isRepeating(escalation) && isNewestPage(record, page)) this.#book.hasten(record);
    });
  }

  /** Looks at all that is open and answers what breaks a rule that must always hold. Alerts nobody is called for are. */
  audit(now: number): string[] {
    return [...this.#book.takeBroken(), ...this.#book.audit(now)];
  }

  record(id: string): AlertRecord | undefined {
    return this.#book.get(id);
  }

  /** Open alerts, in no order. */
  open(): AlertRecord[] {
    return this.#book.allOpen();
  }

  openCount(pump: string): number {
    return this.#book.openCount(pump, '');
  }

  takeEvents(): AlertEvent[] {
    return this.#book.takeEvents();
  }

  takePages(): Page[] {
    return this.#book.takePages();
  }

  /** What was told since the last call and is not in the journal. */
  takeInputs(): EngineInput[] {
    const inputs = this.#inputs;
    this.#inputs = [];
    return inputs;
  }

  forgetClosed(ids: Iterable<string>): void {
    this.#book.forgetClosed(ids);
  }

  /** Contexts, hubs and pumps changed since they were marked stored: all hubs, or those named. */
  changed(hubIds?: ReadonlySet<string>): { hubs: HubRecord[]; pumps: PumpRecord[]; contexts: ContextRecord[] } {
    return this.#sources.changed(hubIds);
  }

  markStored(hubIds?: ReadonlySet<string>): void {
    this.#sources.markStored(hubIds);
  }

  #remember(kind: InputKind): void {
    this.#toldUntil = this.#book.now;
    this.#inputs.push({ at: this.#book.now, offset: this.#offset, ...kind });
  }

  #foldStatus(hub: HubMemory, entry: StatusEntry): void {
    const { status, cause, offset } = entry;
    if (cause === 'link-lost') {
      hubLeft(this.#rules, hub, 'link-lost', offset);
      return;
    }
    hub.doc.boot = status.boot;
    if (status.state === 'offline') {
      hubLeft(this.#rules, hub, cause === 'said' ? 'said' : 'link-lost', offset);
      return;
    }
    // A status that a broker kept is no sign of life, and its time is not now.
    if (cause === 'retained') return;
    observeStatus(hub.doc.skew, status.boot, status.atMs, entry.receivedAt);
    heard(hub.doc, this.#book.now);
    watchClock(this.#rules, hub, offset);
    hubHeard(this.#rules, hub, offset);
  }

  #foldReading(hub: HubMemory, entry: ReadingEntry): void {
    const { reading, offset, boot, receivedAt } = entry;
    const { book } = this.#rules;
    const rules = this.#rules;
    observeReading(hub.doc.skew, reading.atMs, receivedAt);
    heard(hub.doc, book.now);
    if (hub.doc.offline !== null || hub.lookAt === Number.POSITIVE_INFINITY || book.hasOpen(null, hub.doc.id)) {
      hubHeard(rules, hub, offset);
    }
    const pump = this.#sources.pumpFor(entry.pump, hub, book.now);
    const { doc } = pump;
    heard(doc, book.now);
    this.#sources.touch(pump);
    const skew = skewMs(hub.doc.skew);
    const key = { boot, seq: reading.seq, at: orderingInstant(reading.atMs, hub.doc.skew, receivedAt) };
    const isYoung = receivedAt - (reading.atMs - skew) <= this.#oldMs;
    watchClock(rules, hub, offset);
    const isNewest = doc.last === null || isNewer(key, doc.last, hub.doc.boot);
    noteSequence(rules, pump, key, isNewest, offset);
    if (isNewest) {
      if (doc.last !== null && doc.last.boot !== boot) pump.occlusion?.interrupt();
      doc.last = key;
      if (isDelivering(reading.state)) this.#delivers(pump, reading.atMs - skew, offset);
      doc.state = reading.state;
      if (pump.hub !== hub) this.#sources.move(pump, hub);
      if (reading.drug !== undefined && reading.drug !== doc.drug) {
        this.#sources.setDrug(pump, reading.drug);
        raiseForDrug(rules, pump, offset);
        armPump(rules, pump);
      }
    }
    if (isYoung && (doc.unknown || book.hasOpen(doc.id, doc.hub))) pumpHeard(rules, pump, offset);
    if (isNewest) watchOcclusion(rules, pump, reading, offset, isYoung);
    if (pump.lookAt === Number.POSITIVE_INFINITY) armPump(rules, pump);
    this.#judgeAlarms(pump, entry, key, isYoung);
    if (isNewest) this.#derived.observe(pump, reading, Math.min(book.now, reading.atMs - skew), isYoung, offset);
  }

  #delivers(pump: PumpMemory, at: number, offset: number): void {
    const { doc } = pump;
    if (!isDelivering(doc.state) || doc.deliveredAt === null) {
      const gone = { pump: doc.id, hub: doc.hub, code: 'not-started' };
      isGone(this.#book, gone, { reason: 'The pump delivers.', offset });
    }
    doc.deliveredAt = at;
  }

  #judgeAlarms(pump: PumpMemory, { reading, offset, boot }: ReadingEntry, key: ReadingKey, isYoung: boolean): void {
    const rules = this.#rules;
    const { doc, hub } = pump;
    const alarms = reading.alarms === undefined ? null : alarmSetKey(reading.alarms);
    const inOrder = doc.alarmsAt === null || isNewer(key, doc.alarmsAt, hub.doc.boot);
    if (alarms !== null && isYoung && inOrder && doc.pending.length === 0) {
      doc.alarmsAt = key;
      if (alarms !== doc.alarms) applyAlarmSet(rules, pump, alarms, reading.atMs, offset);
      return;
    }
    if (alarms !== null) {
      const { seq, atMs, drug = doc.drug } = reading;
      addToBacklog(rules, pump, { boot, from: seq, to: seq, firstAt: atMs, lastAt: atMs, alarms, drug, offset });
    }
    if (isYoung) judgeBacklog(rules, pump);
    else this.#awaitEndOfBacklog(pump);
  }

  #awaitEndOfBacklog(pump: PumpMemory): void {
    if (pump.doc.pending.length === 0) return;
    const waiting = pump.doc.judgeDue !== null;
    pump.doc.judgeDue = this.#book.now + ms(this.#policy.backlog.quietSeconds);
    if (!waiting) this.#queue.push({ due: pump.doc.judgeDue, kind: 'judge', key: pump.doc.id });
  }

  /** An entry that was overtaken by a later instant does nothing, also when time has jumped past both. */
  #runDue({ kind, key, due }: DueEntry): void {
    const pump = ofPumps.has(kind) ? this.#sources.pump(key) : undefined;
    if (kind === 'gap') {
      if (pump) lookAtGaps(this.#rules, pump);
    } else if (kind === 'start') {
      const told = this.#sources.contextRecord(key);
      if (told) lookAtStart(this.#rules, told, pump);
    } else if (kind === 'judge') {
      if (pump && pump.doc.judgeDue !== null) this.#judgeIfQuiet(pump, pump.doc.judgeDue);
    } else if (kind === 'pump-silence') {
      if (pump) pumpSilence(this.#rules, pump);
    } else if (kind === 'hub-silence') {
      const hub = this.#sources.hub(key);
      if (hub) hubSilence(this.#rules, hub);
    } else if (kind === 'hold') this.#endHold(key, due);
    else if (kind === 'page') this.#book.page(key, due);
    else if (kind === 'outage') lookAtOutage(this.#rules, this.#sources);
    else {
      const record = this.#book.get(key);
      if (!record) return;
      if (kind === 'end') this.#book.closeIfOver(record);
      else this.#book.expireResponse(record, due);
    }
  }

  #judgeIfQuiet(pump: PumpMemory, due: number): void {
    if (due > this.#book.now) this.#queue.push({ due, kind: 'judge', key: pump.doc.id });
    else judgeBacklog(this.#rules, pump);
  }

  /** A hold that ends while its source is silent again proves nothing: it waits for the next word. */
  #endHold(id: string, due: number): void {
    const record = this.#book.get(id);
    if (!record) return;
    const ends = this.#book.holdEnds(record);
    if (ends === null || ends > due) return;
    if (record.from === 'source' && this.#isSilent(record.alert))
      this.#queue.push({ due: this.#book.now + 5000, kind: 'hold', key: id });
    else this.#book.cleared(record);
  }

  #isSilent({ pump, hub }: Alert): boolean {
    if (pump !== null) return this.#sources.pump(pump)?.doc.unknown === true;
    const doc = hub === null ? undefined : this.#sources.hub(hub)?.doc;
    return doc !== undefined && doc.offline !== null && !doc.polite;
  }
}
