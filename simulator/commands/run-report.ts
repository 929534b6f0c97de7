import type { HubEvent } from '../hub-options.ts';
import type { TruthLine } from '../truth.ts';
import type { Io } from './io.ts';

/** Above this many hubs only the first trouble and the totals are told, not each coming and going. */
const TALKATIVE_HUBS = 20;

export interface RunSummary {
  readonly acknowledged: number;
  readonly waiting: number;
  readonly hubs: number;
  readonly everOnline: number;
  readonly disconnects: number;
}

/** Turns what hubs tell into lines for a person, or JSON lines for a program. */
export class RunReport {
  readonly #io: Io;
  readonly #json: boolean;
  readonly #url: string;
  readonly #hubs: number;
  readonly #online = new Set<string>();
  readonly #troubles = new Set<string>();
  #acknowledged = 0;
  #disconnects = 0;

  constructor(io: Io, json: boolean, url: string, hubs: number) {
    this.#io = io;
    this.#json = json;
    this.#url = url;
    this.#hubs = hubs;
  }

  take(event: HubEvent): void {
    if (event.kind === 'acknowledged') this.#acknowledged += event.readings;
    else if (event.kind === 'online') this.#online.add(event.hub);
    else if (event.kind === 'offline') this.#disconnects += 1;
    if (this.#json) {
      if (event.kind !== 'acknowledged') this.#io.out(`${JSON.stringify(event)}\n`);
    } else this.#say(event);
  }

  /** Tells what happens in the story, the starts of therapies aside. */
  happened(line: TruthLine): void {
    if (this.#json || this.#hubs > TALKATIVE_HUBS) return;
    if (line.cause === 'pump') this.#io.out(`${line.pump}: ${line.code ? `alarm ${line.code}` : line.event}\n`);
    else if (line.cause === 'story' && 'pump' in line.story && line.story.event !== 'start') {
      this.#io.out(`${line.story.pump}: ${line.story.event}\n`);
    }
  }

  summary(waiting: number): RunSummary {
    return {
      acknowledged: this.#acknowledged,
      waiting,
      hubs: this.#hubs,
      everOnline: this.#online.size,
      disconnects: this.#disconnects,
    };
  }

  finish(summary: RunSummary): void {
    if (this.#json) this.#io.out(`${JSON.stringify({ kind: 'summary', ...summary })}\n`);
    else {
      const rest = summary.waiting === 0 ? '' : ` ${summary.waiting} were not acknowledged.`;
      this.#io.out(`Stopped. ${summary.acknowledged} readings acknowledged.${rest}\n`);
    }
  }

  #say(event: HubEvent): void {
    const each = this.#hubs <= TALKATIVE_HUBS;
    if (event.kind === 'online') {
      this.#troubles.clear();
      if (each) this.#io.out(`${event.hub} online\n`);
      else if (this.#online.size === this.#hubs) this.#once('all', `All ${this.#hubs} hubs are online.\n`);
    } else if (event.kind === 'offline' && each) this.#io.out(`${event.hub} offline: ${event.reason}\n`);
    else if (event.kind === 'resend' && each) {
      this.#io.out(`${event.hub} sends ${event.readings} readings of ${event.pump} again, as asked\n`);
    } else if (event.kind === 'bad-command')
      this.#io.err(`${event.hub} was sent a command it does not know: ${event.reason}\n`);
    else if (event.kind === 'cannot-connect') {
      const trouble = plainly(event.reason, this.#url);
      this.#once(trouble, `${trouble} Readings are kept; trying again.\n`);
    }
  }

  /** A thousand hubs with the same trouble are told of once. */
  #once(key: string, text: string): void {
    if (this.#troubles.has(key)) return;
    this.#troubles.add(key);
    this.#io.err(text);
  }
}

function plainly(reason: string, url: string): string {
  if (/ECONNREFUSED/.test(reason)) {
    return `Nothing listens at ${url}. Start the gateway (npm start), or name its address with --connect.`;
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return `The name in ${url} is not known. Check --connect.`;
  if (/not authorized|bad user/i.test(reason)) return `${url} refuses this user. Check --username and --password.`;
  return `Cannot connect to ${url}: ${reason.replace(/[.\s]+$/, '')}.`;
}
