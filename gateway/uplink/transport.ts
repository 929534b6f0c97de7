/**
 * What a hub needs from MQTT, and no more. One implementation speaks to a broker, one is a broker in memory.
 */
export interface HubTransport {
  /**
   * Opens one link. There is no reconnecting behind it: when it is gone, it is gone.
   * @throws when the broker cannot be reached, refuses, or `signal` is aborted.
   */
  open(request: LinkRequest, signal?: AbortSignal): Promise<Link>;
}

export interface LinkRequest {
  /** MQTT client id. */
  readonly clientId: string;
  /** Published by the broker, retained with QoS 1, when the link ends without a farewell. */
  readonly will: { readonly topic: string; readonly payload: string };
  /** Topic that is subscribed with QoS 1 before `open` resolves. */
  readonly subscribe: string;
  readonly onMessage: (payload: string) => void;
  /** Called once when the link ends, for whatever reason, unless this side closed it. */
  readonly onLost: (reason: string) => void;
}

export interface Link {
  /** Publishes with QoS 1. Resolves at the PUBACK; rejects when the link ends before it. */
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  /** Says goodbye (DISCONNECT), so that the will is not published. */
  close(): Promise<void>;
  /** Breaks the link as a pulled cable would. The broker publishes the will. */
  cut(): void;
}
