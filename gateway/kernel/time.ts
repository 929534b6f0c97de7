/**
 * Points in time and lengths of time. Wall time and monotonic time are different types because subtracting one from the
 * other is always a mistake: the wall clock steps (NTP, an operator), the monotonic clock does not.
 */

declare const wall: unique symbol;
declare const mono: unique symbol;
declare const duration: unique symbol;

/** Unix time in milliseconds, as a calendar clock shows it. May step in either direction. */
export type WallMs = number & { readonly [wall]: true };
/** Milliseconds since an arbitrary origin of this process. Never steps back. */
export type MonoMs = number & { readonly [mono]: true };
/** A length of time in milliseconds. */
export type DurationMs = number & { readonly [duration]: true };

export const wallMs = (unixMs: number): WallMs => unixMs as WallMs;
export const monoMs = (ms: number): MonoMs => ms as MonoMs;

export const millis = (n: number): DurationMs => n as DurationMs;
export const seconds = (n: number): DurationMs => millis(n * 1_000);
export const minutes = (n: number): DurationMs => millis(n * 60_000);
export const hours = (n: number): DurationMs => millis(n * 3_600_000);
export const days = (n: number): DurationMs => millis(n * 86_400_000);

/** `from` to `to` on the wall clock; negative when `to` is earlier. */
export const wallBetween = (from: WallMs, to: WallMs): DurationMs => millis(to - from);
/** `from` to `to` on the monotonic clock. */
export const monoBetween = (from: MonoMs, to: MonoMs): DurationMs => millis(to - from);
export const wallPlus = (at: WallMs, by: DurationMs): WallMs => wallMs(at + by);
export const monoPlus = (at: MonoMs, by: DurationMs): MonoMs => monoMs(at + by);

/** ISO 8601 in UTC, for logs and people. */
export const isoUtc = (at: WallMs): string => new Date(at).toISOString();
