import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GatewayError, messageOf } from '#kernel/errors.ts';

export interface DataDir {
  readonly journal: string;
  /** Alerts, timers, service records: owned by the thread that watches. */
  readonly state: string;
  /** How far the series are written: owned by the thread that writes them. */
  readonly series: string;
  /** Minutes and hours for long trends: written by the thread of the series, read by the API. */
  readonly rollups: string;
  /** Tokens, links, sessions: also written by the command line while the gateway runs. */
  readonly access: string;
  /** Agencies, patients, hubs, pumps, orders, staff: also written by the command line while the gateway runs. */
  readonly registry: string;
  /** Facts, decisions and claims of the benefit: also written by the command line while the gateway runs. */
  readonly benefit: string;
  /** Who is on call, how people are reached, visits, handovers: written by the API and the command line. */
  readonly onCall: string;
  /** Deliveries: owned by the thread that notifies. */
  readonly notify: string;
}

/** Makes the folder (private to this user) and names its files. @throws GatewayError `data-dir-unusable` */
export function prepareDataDir(folder: string): DataDir {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new GatewayError('data-dir-unusable', messageOf(error), { cause: error });
  }
  const file = (name: string): string => join(folder, `${name}.db`);
  return {
    journal: file('journal'),
    state: file('state'),
    series: file('series'),
    rollups: file('rollups'),
    access: file('access'),
    registry: file('registry'),
    benefit: file('benefit'),
    onCall: file('on-call'),
    notify: file('notify'),
  };
}

/** Held by a running gateway. The operating system lets go of it when the process ends, however it ends. */
export function lockDataDir(folder: string): { release(): void } {
  const db = new DatabaseSync(join(folder, 'gateway.lock'), { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new GatewayError('data-dir-locked', folder, { cause: error });
  }
  return { release: () => db.close() };
}
