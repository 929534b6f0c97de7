import type { AlertEvent } from '#model/alert.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import type { Page } from '#model/paging.ts';
import type { AlertIdMaker } from './alert-book.ts';
import { AlertEngine } from './engine.ts';
import type { EngineInput } from './engine-input.ts';
import type { AlertRecord } from './engine-state.ts';
import type { AlertPolicy } from './policy.ts';

export interface Replayed {
  readonly events: readonly AlertEvent[];
  readonly pages: readonly Page[];
}

/**
 * Every alert again, from the journal and the inputs that are not in it. Both come in their own order; an input comes
 * after the entry that had been folded in last when it was told. `until`: how far time passes after the last of them.
 */
export function replayAlerts(
  policy: AlertPolicy,
  newId: AlertIdMaker,
  entries: Iterable<JournalEntry>,
  inputs: readonly EngineInput[],
  until: number,
): Replayed {
  const engine = new AlertEngine(policy, newId);
  const events: AlertEvent[] = [];
  const pages: Page[] = [];
  const closed = new Map<string, AlertRecord>();
  const take = () => {
    for (const event of engine.takeEvents()) {
      events.push(event);
      const record = event.after.state === 'closed' ? engine.record(event.alert) : undefined;
      if (record) closed.set(event.alert, record);
    }
    pages.push(...engine.takePages());
  };
  let next = 0;
  const tellUpTo = (offset: number) => {
    for (let input = inputs[next]; input && input.offset <= offset; input = inputs[next]) {
      next += 1;
      tell(engine, input, closed);
      take();
    }
  };
  tellUpTo(0);
  for (const entry of entries) {
    tellUpTo(entry.offset - 1);
    engine.fold(entry);
    take();
  }
  tellUpTo(Number.POSITIVE_INFINITY);
  engine.advance(until);
  take();
  return { events, pages };
}

function tell(engine: AlertEngine, input: EngineInput, closed: ReadonlyMap<string, AlertRecord>): void {
  switch (input.input) {
    case 'started':
      engine.advance(input.aliveUntil);
      engine.started(input.at, input.aliveUntil);
      break;
    case 'time':
      engine.moveTo(input.at);
      break;
    case 'context':
      engine.setContext(input.pump, input.context, input.at);
      break;
    case 'technical':
      engine.technical(input.condition, input.at);
      break;
    case 'undelivered':
      engine.undelivered(input.alert, input.page, input.at);
      break;
    case 'act':
      engine.act(input.alert, input.action, input.person, input.at, closed.get(input.alert));
      break;
  }
}
