import type { AlarmPriority } from './alarms.ts';

/** How much alarms ask of people, over a span. */
export interface AlarmLoad {
  readonly from: number;
  readonly to: number;
  readonly alerts: number;
  /** Pages that each person got in each shift of twelve hours, by 07:00 and 19:00 of their zone; the busiest first. */
  readonly shifts: { readonly person: string; readonly begins: number; readonly pages: number }[];
  readonly byPriority: {
    readonly priority: AlarmPriority;
    readonly alerts: number;
    readonly closed: number;
    /** Of those closed by a person, the share in which something was done; null when none was. */
    readonly actionableShare: number | null;
    /** From learning of it to the first answer of a person, ms; null when nobody answered any. */
    readonly replyP50Ms: number | null;
    readonly replyP90Ms: number | null;
    readonly unansweredAt15Min: number;
  }[];
  /** The tenth of pumps and patients with the most alerts. */
  readonly noisiest: { readonly of: string; readonly alerts: number }[];
  readonly chatter: {
    readonly alert: string;
    readonly pump: string | null;
    readonly code: string;
    readonly count: number;
  }[];
}
