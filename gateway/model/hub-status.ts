/** A pump that hangs on a hub, as the hub lists it. */
export interface AttachedPump {
  readonly id: string;
  readonly model?: string;
  readonly serial?: string;
}

/** What a hub says of itself when it comes and goes, and what its last will says for it. */
export interface HubStatus {
  readonly state: 'online' | 'offline';
  /** New and random at each start of the hub. */
  readonly boot: string;
  /** Hub clock, Unix ms, when the message was written (for a will: when the link was opened). */
  readonly atMs: number;
  readonly firmware?: string;
  readonly pumps?: readonly AttachedPump[];
}
