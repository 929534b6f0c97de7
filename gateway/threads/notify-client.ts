import { Worker } from 'node:worker_threads';
import { ThreadCaller } from '#kernel/thread-calls.ts';
import type { AlarmLoad } from '#model/alarm-load.ts';
import type { Delivery, DeliveryState } from '#model/paging.ts';
import type { SendResult } from '#notify/channel.ts';
import type { MessageView, TokenView } from '#notify/notify-desk.ts';
import type { Unreached } from '#notify/unreached.ts';
import type { NotifyEvents, NotifyThreadApi, NotifyThreadData } from './notify-thread.ts';

/** The thread that notifies, asked across threads. */
export class NotifyClient {
  readonly #worker: Worker;
  readonly #caller: ThreadCaller<NotifyThreadApi, NotifyEvents>;
  #pushKey = '';

  constructor(
    workerData: NotifyThreadData,
    hear: {
      readonly onProblem: (problem: NotifyEvents['problem']) => void;
      readonly onUndelivered: (of: NotifyEvents['undelivered']) => void;
      readonly onPublish: (message: NotifyEvents['publish']) => void;
      readonly onDeath: (error: unknown) => void;
    },
  ) {
    this.#worker = new Worker(new URL('./notify-thread.ts', import.meta.url), { workerData, name: 'notify' });
    this.#worker.on('error', hear.onDeath);
    this.#caller = new ThreadCaller(this.#worker);
    this.#caller.on('problem', hear.onProblem);
    this.#caller.on('undelivered', hear.onUndelivered);
    this.#caller.on('publish', hear.onPublish);
  }

  async start(): Promise<void> {
    this.#pushKey = (await this.#caller.call('start', undefined)).pushKey;
  }

  get pushKey(): string {
    return this.#pushKey;
  }

  /** The outbox may have grown. */
  notify(): void {
    // It looks by itself once a second; a call that its end cuts off needs no answer.
    this.#caller.call('notify', undefined).catch(() => {});
  }

  deliveriesOf(alert: string): Promise<readonly Delivery[]> {
    return this.#caller.call('deliveriesOf', alert);
  }

  unreached(alerts: readonly string[]): Promise<readonly (readonly [string, Unreached])[]> {
    return this.#caller.call('unreached', alerts);
  }

  alertOf(code: string): Promise<string | undefined> {
    return this.#caller.call('alertOf', code);
  }

  message(id: string): Promise<MessageView | undefined> {
    return this.#caller.call('message', id);
  }

  token(token: string): Promise<TokenView | undefined> {
    return this.#caller.call('token', token);
  }

  spend(token: string): Promise<boolean> {
    return this.#caller.call('spend', token);
  }

  firstTime(id: string): Promise<boolean> {
    return this.#caller.call('firstTime', id);
  }

  receipt(of: { message: string } | { delivery: string }, state: DeliveryState, problem: string | null): Promise<void> {
    return this.#caller.call('receipt', { of, state, problem });
  }

  replied(alert: string, person: string, channel: Delivery['channel']): Promise<void> {
    return this.#caller.call('replied', { alert, person, channel });
  }

  callEnded(person: string): Promise<void> {
    return this.#caller.call('callEnded', person);
  }

  test(person: string, point: string): Promise<SendResult> {
    return this.#caller.call('test', { person, point });
  }

  load(from: number, to: number): Promise<AlarmLoad> {
    return this.#caller.call('load', { from, to });
  }

  async stop(): Promise<void> {
    await this.#caller.call('stop', undefined);
    await this.#worker.terminate();
  }
}
