/** New Era NE-1000 family, user manual §10.2: the syntax that Basic and Safe mode share. */

/** What the pump does, by the letter it says it with. */
export const ne1000Prompts = {
  I: 'infusing',
  W: 'withdrawing',
  S: 'stopped',
  P: 'paused',
  T: 'pause-phase',
  U: 'trigger-wait',
  X: 'purging',
} as const;

export const ne1000Alarms = {
  R: 'reset',
  S: 'stalled',
  T: 'safe-timeout',
  E: 'program-error',
  O: 'phase-out-of-range',
} as const;

/** What the pump says to a command it does not carry out, by the text behind the question mark. */
export const ne1000Errors = {
  '': 'unknown-command',
  NA: 'not-applicable',
  OOR: 'out-of-range',
  COM: 'bad-packet',
  IGN: 'ignored',
} as const;

export type Ne1000Status = (typeof ne1000Prompts)[keyof typeof ne1000Prompts];
export type Ne1000Alarm = (typeof ne1000Alarms)[keyof typeof ne1000Alarms];
export type Ne1000Error = (typeof ne1000Errors)[keyof typeof ne1000Errors] | 'other';

/** From the pump. */
export interface Ne1000Reply {
  readonly kind: 'reply';
  /** 0 to 99. */
  readonly address: number;
  readonly status: Ne1000Status | 'alarm';
  readonly alarm?: Ne1000Alarm;
  readonly error?: Ne1000Error;
  /** What followed the status; absent when nothing did. */
  readonly data?: string;
}

/** To the pump, from whoever masters the line. `name` is empty for the question after the status. */
export interface Ne1000Command {
  readonly kind: 'command';
  /** Absent: address 0, or the only pump there is. */
  readonly address?: number;
  readonly name: string;
  readonly argument?: string;
}

/** Several commands at once for a network of pumps; the answers collide and mean nothing. */
export interface Ne1000Burst {
  readonly kind: 'burst';
  readonly commands: readonly Ne1000Command[];
}

export type Ne1000Frame = (Ne1000Reply | Ne1000Command | Ne1000Burst) & {
  /** As it stood on the line, less the framing. */
  readonly text: string;
  /** Safe mode only: four hexadecimal digits. */
  readonly crc?: string;
};
