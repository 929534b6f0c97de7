import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ErrorCode, GatewayError, messageOf } from '#kernel/errors.ts';

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
  /** Who did what: also written by the command line while the gateway runs. */
  readonly audit: string;
}

/** Signed heads of the audit trail, in the data folder, a JSON line each. */
export const AUDIT_HEADS = 'audit-heads.jsonl';

/** What is being restored, in the data folder; gone once all of it is in its place. */
export const RESTORING = 'restoring';

/**
 * Makes the folder (private to this user) and names its files.
 * @throws GatewayError `data-dir-unusable`, `restore-unfinished`
 */
export function prepareDataDir(folder: string): DataDir {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new GatewayError('data-dir-unusable', messageOf(error), { cause: error });
  }
  if (existsSync(join(folder, RESTORING))) throw new GatewayError('restore-unfinished', folder);
  return dataFiles(folder);
}

/** The files of a data folder, whether they are there or not. */
export function dataFiles(folder: string): DataDir {
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
    audit: file('audit'),
  };
}

interface Lock {
  release(): void;
}

/** Held by a running gateway. @throws GatewayError `data-dir-locked` */
export const lockDataDir = (folder: string): Lock => hold(folder, 'gateway.lock', 'data-dir-locked');

/** Held while a backup of the folder is made. @throws GatewayError `backup-running` */
export const lockBackups = (folder: string): Lock => hold(folder, 'backup.lock', 'backup-running');

/** The operating system lets go of it when the process ends, however it ends. */
function hold(folder: string, name: string, code: ErrorCode): Lock {
  const db = new DatabaseSync(join(folder, name), { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new GatewayError(code, folder, { cause: error });
  }
  return { release: () => db.close() };
}
