import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { GatewayProcess, type GatewayVariables } from '#support/gateway-process.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

/** The real gateway on a folder of its own, and the figures it gives of itself. */
export class BenchGateway implements AsyncDisposable {
  readonly process: GatewayProcess;
  readonly #dir: TempDir;
  readonly #journal: SqliteJournalReader;

  private constructor(dir: TempDir, process: GatewayProcess) {
    this.#dir = dir;
    this.process = process;
    this.#journal = new SqliteJournalReader(dir.file('journal.db'));
  }

  static async start(variables: GatewayVariables = {}): Promise<BenchGateway> {
    const dir = new TempDir();
    return new BenchGateway(dir, await GatewayProcess.start(dir.path, variables));
  }

  get mqttPort(): number {
    return this.process.mqttPort;
  }

  /** Values of one reading of /metrics, by the names they have there. @throws Error when one is missing. */
  async metrics<Key extends string>(names: Readonly<Record<Key, string>>): Promise<Record<Key, number>>;
  async metrics(names: Readonly<Record<string, string>>): Promise<Record<string, number>> {
    const lines = (await (await fetch(`${this.process.httpUrl}/metrics`)).text()).split('\n');
    const value = (name: string): number => {
      const line = lines.find((each) => each.startsWith(`${name} `));
      if (line === undefined) throw new Error(`The gateway has no metric ${name}.`);
      return Number(line.slice(name.length));
    };
    return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, value(name)]));
  }

  async metric(name: string): Promise<number> {
    const { value } = await this.metrics({ value: name });
    return value;
  }

  residentBytes(): Promise<number> {
    return this.metric('process_resident_memory_bytes');
  }

  /** Processor time of all its threads since its start. */
  async cpuMicros(): Promise<number> {
    return (await this.metric('process_cpu_seconds_total')) * 1_000_000;
  }

  /** Waits until the alerts have seen every entry of the journal, so that the next round begins on a quiet gateway. */
  async digested(): Promise<void> {
    await until('the alerts to have read the journal', () => this.#unread() === 0, 60_000);
  }

  /** Entries that the alerts have not read. Their place is written down once a second. */
  #unread(): number {
    return this.#journal.lastOffset() - (this.#journal.cursors()['alerts'] ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#journal.close();
    await this.process.kill();
    this.#dir[Symbol.dispose]();
  }
}
