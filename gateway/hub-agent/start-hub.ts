import type { PumpProtocol } from '#codec/pumps/observation.ts';
import { type PumpProtocolId, pumpProtocols } from '#codec/pumps/protocols.ts';
import { serialDevice } from '#intake/serial-device.ts';
import type { OpenByteLink } from '#intake/serial-link.ts';
import { serialOverTcp } from '#intake/serial-tcp.ts';
import { lockDataDir, prepareDataDir } from '#journal/data-dir.ts';
import { JournalShelf } from '#journal/journal-shelf.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { ulidMaker } from '#kernel/ids.ts';
import type { Logger } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import { MqttTransport } from '#uplink/mqtt-transport.ts';
import { SerialTransport } from '#uplink/serial-transport.ts';
import type { HubTransport } from '#uplink/transport.ts';
import { version } from '../version.ts';
import { DeclaredGaps } from './declared-gaps.ts';
import { HubAgent, type PumpWatch } from './hub-agent.ts';
import { HubClock } from './hub-clock.ts';
import { fileText, type HubConfig, type HubPumpConfig } from './hub-config.ts';
import { PumpPoller } from './pump-poller.ts';
import { ReadingBook } from './reading-book.ts';

export interface RunningHub {
  readonly agent: HubAgent;
  readonly book: ReadingBook;
  readonly boot: string;
  stop(): Promise<void>;
}

const DEFAULT_MAX_BYTES = 256 * 1024 ** 2;
const DEFAULT_KEEP_HOURS = 72;
/** A small computer has other uses for its memory; the journal is read at its end. */
const CACHE_BYTES = 2 * 1024 ** 2;
const QUARANTINE_ROWS = 1_000;
const SERIAL_UPLINK_BAUD = 115_200;

/** Puts a home hub together and starts it. @throws GatewayError */
export function startHub(config: HubConfig, clock: Clock, log: Logger): RunningHub {
  const { hub, dataDir, store = {} } = config;
  const { maxBytes = DEFAULT_MAX_BYTES, keepHours = DEFAULT_KEEP_HOURS } = store;
  const transport = transportOf(config, clock);
  const files = prepareDataDir(dataDir);
  const lock = lockDataDir(dataDir);
  const limits = { maxBytes, maxQuarantineRows: QUARANTINE_ROWS, cacheBytes: CACHE_BYTES };
  const writer = new SqliteJournalWriter(files.journal, limits);
  const reader = new SqliteJournalReader(files.journal, 0);
  const shelf = new JournalShelf(files.journal);
  const state = new SqliteStateStore(files.state);
  const gaps = new DeclaredGaps(state);
  const boot = ulidMaker(clock)();
  const hubClock = new HubClock(clock, lastAt(reader));
  const now = () => hubClock.now();
  const book = new ReadingBook({ hub, boot, writer, reader, shelf, gaps, now, log, maxBytes, keepHours });
  const agent = new HubAgent({
    hub,
    boot,
    firmware: `infusion-gateway ${version}`,
    pumps: config.pumps.map(({ id, model, serial }) => ({
      id,
      ...(model !== undefined && { model }),
      ...(serial !== undefined && { serial }),
    })),
    watches: config.pumps.map((pump) => watchOf(pump, clock)),
    transport,
    book,
    gaps,
    clock,
    random: systemRandom,
    log,
    now,
  });
  agent.start();
  return {
    agent,
    book,
    boot,
    stop: async () => {
      await agent.stop();
      for (const open of [shelf, reader, writer, state]) open.close();
      lock.release();
    },
  };
}

/** When the last reading was measured that an earlier boot left. */
function lastAt(reader: SqliteJournalReader): number | undefined {
  const [last] = reader.readAfter(reader.lastOffset() - 1, 1);
  return last?.kind === 'reading' ? last.reading.atMs : undefined;
}

function transportOf({ uplink }: HubConfig, clock: Clock): HubTransport {
  const { url, caFile, certFile, keyFile, username, passwordFile } = uplink;
  if (url.startsWith('serial:')) {
    const [path = '', baud] = url.slice('serial:'.length).split('?baud=');
    return new SerialTransport({ path, clock, baud: baud === undefined ? SERIAL_UPLINK_BAUD : Number(baud) });
  }
  const [ca, cert, key] = [caFile, certFile, keyFile].map(fileText);
  const password = fileText(passwordFile)?.trimEnd();
  return new MqttTransport({
    url,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  });
}

function watchOf(pump: HubPumpConfig, clock: Clock): PumpWatch {
  const begin = <F>(protocol: PumpProtocol<F>): PumpWatch => {
    let poller: PumpPoller<F> | undefined;
    return {
      id: pump.id,
      start: (events) => {
        poller = new PumpPoller({
          protocol,
          address: pump.address ?? 0,
          open: lineOf(pump, protocol.baud, clock),
          listenOnly: pump.protocol === 'ne1000-safe' && pump.askInSafeMode !== true,
          clock,
          random: systemRandom,
          ...events,
        });
        poller.start();
      },
      stop: async () => poller?.stop(),
    };
  };
  return byProtocol(pump.protocol, begin);
}

/** A protocol is of one kind of frame; which one is known only case by case. */
function byProtocol<R>(id: PumpProtocolId, use: <F>(protocol: PumpProtocol<F>) => R): R {
  switch (id) {
    case 'ne1000':
    case 'ne1000-safe':
      return use(pumpProtocols[id]);
    case 'alaris-asena':
      return use(pumpProtocols[id]);
    case 'terumo-te':
      return use(pumpProtocols[id]);
  }
}

function lineOf({ port, baud }: HubPumpConfig, usualBaud: number, clock: Clock): OpenByteLink {
  const [, host, number] = /^tcp:\/\/([^/:]+):(\d+)$/.exec(port) ?? [];
  if (host !== undefined) return serialOverTcp(host, Number(number));
  return serialDevice(port, baud ?? usualBaud, clock);
}
