import { randomUUID } from 'node:crypto';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { silentLogger } from '#kernel/log.ts';
import { seededRandom, systemRandom } from '#kernel/random.ts';
import type { Plain } from '#kernel/state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis, seconds } from '#kernel/time.ts';
import type { ContactPoint } from '#model/contact.ts';
import { outboxStream, type Page } from '#model/paging.ts';
import { GuardedRequests } from '#notify/channels/guarded-request.ts';
import { webhookChannel } from '#notify/channels/webhook.ts';
import { Dispatcher } from '#notify/dispatcher.ts';
import { collections, type DeliveryRecord } from '#notify/records.ts';
import { ProviderServer } from '#support/provider-server.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { type Bench, milliseconds, percentile, type Row, whole } from './bench.ts';

const STORM = Number(process.env['BENCH_PAGES'] ?? 10_000);
const IDLE = 100;
const HIGH_SHARE = 0.1;
const PEOPLE = 20;

export const notify: Bench = {
  name: 'notify',
  how:
    `From a page in the outbox on disk to the hands of a provider over HTTP, all in one process: ${IDLE} urgent pages one each ` +
    `20 ms, then a storm of ${whole(STORM)} pages of which every tenth is urgent.`,
  run: runNotify,
};

async function runNotify(): Promise<readonly Row[]> {
  using dir = new TempDir();
  const clock = new SystemClock();
  const random = seededRandom(1);
  const provider = await ProviderServer.start();
  provider.body = '{}';
  const takenAt = new Map<string, number>();
  provider.onTake = ({ body }) => {
    const code = /"ids":\["([^"]+)"/.exec(body.toString())?.[1] ?? '';
    if (!takenAt.has(code)) takenAt.set(code, clock.wall());
  };
  const state = new SqliteStateStore(dir.file('state.db'));
  const store = new SqliteStateStore(dir.file('notify.db'));
  const requests = new GuardedRequests({ allowHosts: ['127.0.0.1'] });
  const people = Array.from({ length: PEOPLE }, (_, i) => personAt(`nurse-${i}`, `${provider.url}/${i}`));
  const dispatcher = new Dispatcher({
    outbox: {
      read: (position, limit) =>
        state
          .read<Plain<Page>>(outboxStream, position, limit)
          .map((row) => ({ position: row.position, page: row.value })),
    },
    store,
    directory: {
      recipients: (_target, page) => [people[Number(page.alert.replace(/\D/g, '')) % PEOPLE] ?? []].flat(),
      recipient: (name) => people.find(({ person }) => person === name),
      anybody: () => true,
      isForPeople: () => true,
    },
    channels: [webhookChannel(requests, clock)],
    messages: { agency: 'Elm', publicUrl: 'https://gw.example' },
    clock,
    random: systemRandom,
    log: silentLogger,
    holder: randomUUID(),
    onProblem: () => {},
    onUndelivered: () => {},
  });
  dispatcher.start();
  const written = new Map<string, number>();
  const write = (pages: readonly Page[]) => {
    state.transact((tx) => {
      for (const page of pages) tx.append(outboxStream, { ...page });
    });
    for (const page of pages) written.set(page.alert, clock.wall());
    dispatcher.notify();
  };
  const latencies = (alerts: readonly string[]) =>
    alerts
      .flatMap((alert) => {
        const at = takenAt.get(store.get<string>(collections.codeOf, alert) ?? '');
        return at === undefined ? [] : [at - (written.get(alert) ?? 0)];
      })
      .sort((a, b) => a - b);

  const quiet = Array.from({ length: IDLE }, (_, i) => pageAt(`idle${i}`, 'high', clock.wall()));
  for (const page of quiet) {
    write([page]);
    await clock.sleep(millis(20));
  }
  await until('the quiet pages', () => latencies(quiet.map(({ alert }) => alert)).length === IDLE, 60_000);
  const idle = latencies(quiet.map(({ alert }) => alert));

  const began = clock.monotonic();
  const storm = Array.from({ length: STORM }, (_, i) =>
    pageAt(`storm${i}`, random() < HIGH_SHARE ? 'high' : random() < 0.5 ? 'medium' : 'low', clock.wall()),
  );
  for (let i = 0; i < storm.length; i += 100) {
    write(storm.slice(i, i + 100));
    await clock.sleep(millis(1));
  }
  await until(
    'the storm to pass',
    () => store.list<DeliveryRecord>(collections.open).length === 0 && takenAt.size >= STORM + IDLE,
    600_000,
  );
  const tookS = (clock.monotonic() - began) / 1_000;
  const high = latencies(storm.filter(({ priority }) => priority === 'high').map(({ alert }) => alert));
  const lost = storm.length - latencies(storm.map(({ alert }) => alert)).length;
  await dispatcher.stop();
  await provider.stop();
  requests.close();
  state.close();
  store.close();
  const row = (name: string, waits: readonly number[]): Row => [
    name,
    ...[0.5, 0.99, 1].map((share) => milliseconds(percentile(waits, share))),
  ];
  return [
    ['urgent pages', 'p50', 'p99', 'max'],
    row('idle', idle),
    row('in the storm', high),
    [`storm of ${whole(STORM)}: ${tookS.toFixed(1)} s, lost`, whole(lost)],
  ];
}

function personAt(person: string, address: string) {
  const point: ContactPoint = {
    id: '1',
    channel: 'webhook',
    address,
    secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    addedAt: 0,
    confirmedAt: 0,
  };
  return { person, language: 'en' as const, zone: 'UTC', points: [point] };
}

function pageAt(alert: string, priority: Page['priority'], at: number): Page {
  return {
    id: `${alert}/0/0`,
    kind: 'page',
    alert,
    version: 1,
    step: 0,
    round: 0,
    priority,
    hub: null,
    pump: null,
    patient: null,
    targets: ['primary'],
    channels: [['webhook']],
    receiptMs: null,
    at,
    nextAt: at + seconds(3_600),
    by: null,
    gathers: [],
  };
}
