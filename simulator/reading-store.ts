import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readingFromWire, readingToWire } from '#codec/hub-json.ts';
import type { WireReading } from '#codec/wire-schema.ts';
import type { PumpReading } from '#model/reading.ts';
import type { KeptReading } from './outbox.ts';

/** Where a hub keeps readings besides its memory, so that they live through a power cut. */
export interface ReadingStore {
  /** What earlier boots left unacknowledged, oldest first. */
  waiting(pump: string): readonly KeptReading[];
  /** All that is still kept, acknowledged or not, oldest first. */
  all(pump: string): readonly KeptReading[];
  append(pump: string, kept: KeptReading): void;
  acknowledged(pump: string, boot: string, readings: readonly PumpReading[]): void;
}

type Line = readonly [boot: string, reading: WireReading] | readonly [boot: string, acknowledged: readonly number[]];

/**
 * One file a pump, lines of JSON: readings, and which of them were acknowledged. A line that a power cut tore is ignored.
 * When a file is opened only its newest `limit` readings are kept.
 */
export class FileReadingStore implements ReadingStore {
  readonly #folder: string;
  readonly #limit: number;

  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
    mkdirSync(folder, { recursive: true });
  }

  waiting(pump: string): readonly KeptReading[] {
    const { readings, acknowledged } = this.#read(pump);
    const kept = readings.slice(-this.#limit);
    const waiting = kept.filter(({ boot, reading }) => !acknowledged.has(`${reading.seq} ${boot}`));
    const lines = kept.map(readingLine);
    for (const { boot, reading } of kept) {
      if (acknowledged.has(`${reading.seq} ${boot}`)) lines.push(line([boot, [reading.seq]]));
    }
    const file = this.#file(pump);
    writeFileSync(`${file}.new`, lines.join(''));
    renameSync(`${file}.new`, file);
    return waiting;
  }

  all(pump: string): readonly KeptReading[] {
    return this.#read(pump).readings;
  }

  append(pump: string, kept: KeptReading): void {
    appendFileSync(this.#file(pump), readingLine(kept));
  }

  acknowledged(pump: string, boot: string, readings: readonly PumpReading[]): void {
    appendFileSync(this.#file(pump), line([boot, readings.map(({ seq }) => seq)]));
  }

  #file(pump: string): string {
    return join(this.#folder, `${pump}.jsonl`);
  }

  #read(pump: string): { readings: KeptReading[]; acknowledged: Set<string> } {
    const readings: KeptReading[] = [];
    const acknowledged = new Set<string>();
    const file = this.#file(pump);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    for (const each of text.split('\n')) {
      const parsed = parse(each);
      if (!parsed) continue;
      const [boot, what] = parsed;
      if ('seq' in what) readings.push({ boot, reading: readingFromWire(what) });
      else for (const seq of what) acknowledged.add(`${seq} ${boot}`);
    }
    return { readings, acknowledged };
  }
}

const line = (value: Line): string => `${JSON.stringify(value)}\n`;
const readingLine = ({ boot, reading }: KeptReading): string => line([boot, readingToWire(reading)]);

function parse(text: string): Line | undefined {
  try {
    const value: Line = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
