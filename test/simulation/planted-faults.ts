import type { AppendResult } from '#codec/inbound.ts';
import { millis } from '#kernel/time.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import {
  boundless,
  cursorFirst,
  forgetful,
  nothingStored,
  notifiersCursorFirst,
  pagesInASecondStep,
  pagesLater,
  timersForgotten,
  trusting,
} from './faulty-parts.ts';
import type { NightOptions } from './night.ts';
import type { Wiring } from './night-gateway.ts';

/** A known fault: a part that does one thing wrong, put in the place of the right one where a night is put together. */
export interface PlantedFault {
  readonly name: string;
  readonly options: Omit<NightOptions, 'seed'>;
  /** What the checker must say of it. */
  readonly caught: RegExp;
}

const wired = (wiring: Partial<Wiring>): Omit<NightOptions, 'seed'> => ({ wiring });

const { priorities, escalation, backlog } = defaultAlertPolicy;

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'acknowledges before the commit',
    options: wired({
      accepts: (_packet, early) => {
        early();
        return true;
      },
    }),
    caught: /acknowledged reading is missing/,
  },
  {
    name: 'takes a message that is sent again for one that it has (the DUP flag)',
    options: wired({
      accepts: ({ dup }, early) => {
        if (dup) early();
        return !dup;
      },
    }),
    caught: /acknowledged reading is missing/,
  },
  {
    name: 'answers although the disk refused',
    options: wired({
      journalPort: (port) => ({
        append: (batch) => port.append(batch).catch((): AppendResult => nothingStored),
        probe: () => port.probe(),
      }),
    }),
    caught: /acknowledged reading is missing/,
  },
  {
    name: 'a page is stored in a transaction of its own',
    options: wired({
      store: (store, { life }, behind) => pagesLater(store, behind, (work) => life.after(millis(200), 'lazy', work)),
    }),
    caught: /without the event that caused it/,
  },
  {
    name: 'what is missing clears',
    options: wired({
      source: (source) => ({ readAfter: (offset, limit) => source.readAfter(offset, limit).map(forgetful) }),
    }),
    caught: /counts as clear/,
  },
  {
    name: 'an acknowledgement never ends',
    options: wired({
      policy: {
        ...defaultAlertPolicy,
        priorities: { ...priorities, high: { ...priorities.high, acknowledgementSeconds: 604_800 } },
      },
    }),
    caught: /acknowledged\) was with nobody/,
  },
  {
    name: 'a snooze hides the alert for longer than anybody may',
    options: wired({
      act: (action) => (action.action === 'snooze' ? { ...action, minutes: 600 } : action),
      policy: {
        ...defaultAlertPolicy,
        priorities: { ...priorities, high: boundless(priorities.high), medium: boundless(priorities.medium) },
      },
    }),
    caught: /snoozed\) was with nobody/,
  },
  {
    name: 'the escalation ends with its last step',
    options: wired({
      policy: {
        ...defaultAlertPolicy,
        escalation: { ...escalation, high: { ...escalation.high, repeatSeconds: 604_800 } },
      },
    }),
    caught: /unacknowledged\) was with nobody/,
  },
  {
    name: 'a late alarm counts as a new one',
    options: wired({ policy: { ...defaultAlertPolicy, backlog: { ...backlog, olderThanSeconds: 604_800 } } }),
    caught: /for nothing: .* it was over/,
  },
  {
    name: 'timers are lost when the gateway starts again',
    options: wired({ store: timersForgotten }),
    caught: /broke a rule of its own|was with nobody/,
  },
  {
    name: 'the cursor is stored with the alerts, and their pages after both',
    options: wired({ store: pagesInASecondStep }),
    caught: /stands without its page/,
  },
  {
    name: 'the cursor is stored before what it covers has been judged',
    options: wired({ source: cursorFirst }),
    caught: /follow from the journal/,
  },
  {
    name: 'a page is lost when its provider fails',
    options: wired({
      channel: trusting,
    }),
    caught: /no provider took it/,
  },
  {
    name: "the notifier's cursor is stored before the messages of what it covers",
    options: wired({ outbox: notifiersCursorFirst }),
    caught: /was not brought to/,
  },
];
