import type { AlertAction } from '#model/alert.ts';
import type { PumpContext, TechnicalCondition } from '#model/pump-context.ts';
import type { Person } from '#model/role.ts';

/**
 * What the engine was told that is not in the journal. Each is a row of the stream `alert-inputs`, written in the
 * transaction of what came of it, so that journal and inputs together give every alert again.
 * `at`: Unix ms of the gateway's clock. `offset`: the journal entry folded in last before it.
 */
export type EngineInput = { readonly at: number; readonly offset: number } & InputKind;

export type InputKind =
  /** The gateway had been away since `aliveUntil` and is back. */
  | { readonly input: 'started'; readonly aliveUntil: number }
  /** So late it was when the next entry came, though its `receivedAt` is earlier: something had fallen due meanwhile, or the
   * calendar was set back. */
  | { readonly input: 'time' }
  | { readonly input: 'context'; readonly pump: string; readonly context: PumpContext }
  | { readonly input: 'technical'; readonly condition: TechnicalCondition }
  /** No message of a page reached anybody. */
  | { readonly input: 'undelivered'; readonly alert: string; readonly page: string }
  | { readonly input: 'act'; readonly alert: string; readonly action: AlertAction; readonly person: Person };
