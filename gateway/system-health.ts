import { statfsSync } from 'node:fs';
import type { SystemProblem, SystemStatus } from '#api/ports.ts';
import type { AuditLog } from '#audit/audit-log.ts';
import type { Admission } from '#intake/admission.ts';
import type { SerialIntake } from '#intake/serial-intake.ts';
import type { JournalReader } from '#journal/journal.ts';
import { errorKinds } from '#kernel/errors.ts';
import type { Intake } from './open-intake.ts';
import type { SeriesClient } from './threads/series-client.ts';
import type { WatchClient } from './threads/watch-client.ts';
import { version } from './version.ts';

export interface HealthSources {
  readonly admission: Pick<Admission, 'problem' | 'waitingMessages'>;
  readonly watch: Pick<WatchClient, 'problem'>;
  readonly series: Pick<SeriesClient, 'report'>;
  readonly reader: Pick<JournalReader, 'lastOffset' | 'sizeBytes'>;
  readonly intake: Pick<Intake, 'problem' | 'connections'>;
  readonly serial: Pick<SerialIntake, 'health'>;
  readonly audit: { readonly unwritten: AuditLog['unwritten'] };
  readonly folder: string;
}

/** Conditions of the gateway itself, in words for the person who runs it. */
const conditions = {
  'storage-refused': errorKinds['storage-refused'],
  'alerts-not-stored': {
    says: 'Alerts cannot be stored now; they are kept in memory and tried again.',
    next: 'Free space or repair the disk.',
  },
  'broker-lost': {
    says: 'Hubs cannot be heard:',
    next: 'Check the outside broker. The gateway keeps trying; hubs keep their readings.',
  },
  'series-behind': {
    says: 'Trends are delayed: the time series store does not take data now.',
    next: 'Nothing is lost. Check the store; the gateway catches up by itself.',
  },
  'serial-line': {
    says: 'Hubs on a serial line cannot be heard:',
    next: 'Check cable, power, speed and permissions. The gateway keeps trying; hubs keep their readings.',
  },
  'audit-unwritten': {
    says: 'It cannot be written down now who does what; it is kept in memory and tried again.',
    next: 'Free space or repair the disk before the gateway is restarted.',
  },
  'disk-low': { says: 'The disk is nearly full:', next: 'Free space before the gateway has to refuse readings.' },
} as const;

/** Codes of all of them. */
export const systemConditions = Object.keys(conditions);

/** Free share of the disk below which people are told. */
const LOW_DISK_SHARE = 0.1;

/** A store that takes data but this much too late is told of too. */
const MOST_LAG_SECONDS = 300;

/** What the gateway can and cannot do at this moment, from memory: it works when the disk does not. */
export class SystemHealth {
  readonly #sources: HealthSources;

  constructor(sources: HealthSources) {
    this.#sources = sources;
  }

  status(): SystemStatus {
    const { admission, watch, series, reader, intake, serial, audit } = this.#sources;
    const free = this.#freeShare();
    const stopping: SystemProblem[] = [];
    if (admission.problem) stopping.push(problemOf('storage-refused', admission.problem.detail));
    if (watch.problem) stopping.push(problemOf('alerts-not-stored', watch.problem.detail));
    const brokerProblem = intake.problem();
    if (brokerProblem) stopping.push(problemOf('broker-lost', brokerProblem));
    const hindering: SystemProblem[] = [];
    const lines = serial.health();
    for (const { port, problem: lineProblem } of lines) {
      if (lineProblem) hindering.push(problemOf('serial-line', `${port}: ${lineProblem}.`));
    }
    const { problem, lagSeconds } = series.report;
    if (problem) hindering.push(problemOf('series-behind', problem.detail));
    else if (lagSeconds > MOST_LAG_SECONDS) {
      hindering.push(problemOf('series-behind', `${Math.round(lagSeconds / 60)} minutes behind.`));
    }
    const { waiting, lost } = audit.unwritten;
    if (waiting + lost > 0) hindering.push(problemOf('audit-unwritten', `${waiting} waiting, ${lost} lost.`));
    if (free !== null && free < LOW_DISK_SHARE)
      hindering.push(problemOf('disk-low', `${Math.round(free * 100)} % free.`));
    return {
      ready: stopping.length === 0,
      problems: [...stopping, ...hindering],
      storage: {
        lastOffset: admission.problem ? null : reader.lastOffset(),
        journalBytes: reader.sizeBytes(),
        waitingMessages: admission.waitingMessages,
        diskFreeShare: free,
        connections: intake.connections(),
      },
      series: { lagPoints: series.report.lagPoints, lagSeconds: series.report.lagSeconds },
      serial: lines,
      version,
    };
  }

  #freeShare(): number | null {
    try {
      const { bavail, blocks } = statfsSync(this.#sources.folder);
      return blocks > 0 ? Math.round((bavail / blocks) * 1_000) / 1_000 : null;
    } catch {
      return null;
    }
  }
}

function problemOf(code: keyof typeof conditions, detail: string): SystemProblem {
  const { says, next } = conditions[code];
  return { code, says: `${says} ${detail}`.trim(), next };
}
