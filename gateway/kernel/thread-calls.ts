import { type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import { type ErrorCode, errorKinds, GatewayError, messageOf } from './errors.ts';

/** What a thread can be asked: one argument, one answer, by name. The object's type is shared; its code is not. */
export type ThreadApi = Readonly<Record<string, (argument: never) => unknown>>;

interface Call {
  readonly id: number;
  readonly name: string;
  // Structured clone keeps the shape; both sides are compiled against the same ThreadApi.
  readonly argument: never;
}

type Reply = { readonly id: number; readonly error?: { readonly code: ErrorCode; readonly detail: string } } & {
  readonly value: never;
};

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: GatewayError) => void;
}

/** Answers calls that come over `port`, in the order they come for handlers that do not wait. */
export function serveCalls(port: MessagePort, api: ThreadApi): void {
  const answer = async (call: Call) => {
    try {
      const value = await api[call.name]?.(call.argument);
      port.postMessage({ id: call.id, value });
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'gateway-fault';
      const detail = error instanceof GatewayError ? error.detail : messageOf(error);
      port.postMessage({ id: call.id, error: { code, detail } });
    }
  };
  port.on('message', (message: Call | ThreadEvent) => {
    if ('id' in message) void answer(message);
  });
}

/** Something a thread tells without being asked. */
export interface ThreadEvent {
  readonly event: string;
  readonly data: never;
}

/** Tells whoever listens at the other end. `data` passes through structured clone. */
export function tell(port: MessagePort | null, event: string, data: unknown): void {
  port?.postMessage({ event, data });
}

/** Asks a thread, and hears what it tells. */
export class ThreadCaller<Api extends ThreadApi, Events extends Readonly<Record<string, unknown>>> {
  readonly #endpoint: Worker | MessagePort;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, (data: never) => void>();
  #lastId = 0;

  constructor(endpoint: Worker | MessagePort) {
    this.#endpoint = endpoint;
    const hear = (message: Reply | ThreadEvent) => {
      if ('event' in message) this.#listeners.get(message.event)?.(message.data);
      else this.#settle(message);
    };
    const end = () => {
      for (const { reject } of this.#pending.values()) reject(new GatewayError('gateway-fault', 'its thread ended'));
      this.#pending.clear();
    };
    if (endpoint instanceof Worker) endpoint.on('message', hear).on('exit', end);
    else endpoint.on('message', hear).on('close', end);
  }

  call<Name extends keyof Api & string>(
    name: Name,
    argument: Parameters<Api[Name]>[0],
    transfer: Transferable[] = [],
  ): Promise<Awaited<ReturnType<Api[Name]>>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#endpoint.postMessage({ id, name, argument }, transfer);
    });
  }

  on<Name extends keyof Events & string>(name: Name, listener: (data: Events[Name]) => void): void {
    this.#listeners.set(name, listener);
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.error === undefined) pending?.resolve(reply.value);
    else if (reply.error.code in errorKinds) pending?.reject(new GatewayError(reply.error.code, reply.error.detail));
  }
}
