import { expect, it } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis, seconds } from '#kernel/time.ts';
import { runLoad } from '#simulator/load.ts';
import { GatewayProcess, type GatewayVariables } from '#support/gateway-process.ts';
import { readingsPerPump } from '#support/gateway-truth.ts';
import { JournalLedger } from '#support/journal-ledger.ts';
import { Mosquitto } from '#support/mosquitto.ts';
import { PromisedReadings } from '#support/promised-readings.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();

const shared: GatewayVariables = { INFUSION_MQTT_SHARES: '3', INFUSION_MQTT_VERSION: '5' };

/** It drops nothing of what it holds for a session, and saves it when it is told to end. */
const keepsAll = ['max_queued_messages 0', 'max_queued_bytes 0', 'max_inflight_messages 100', 'autosave_interval 1'];

/**
 * What breaks. Everything a hub got its PUBACK for must arrive where mosquitto itself loses nothing, `exact`: killed, it
 * loses what it had not saved, for it saves at its end and not at each message; restarted, mosquitto 2.0 has forgotten
 * shared subscriptions, and acknowledges what comes before the gateway subscribes anew without keeping it for anybody.
 */
const variants: readonly {
  readonly name: string;
  readonly variables: GatewayVariables;
  readonly breakBroker: (broker: Mosquitto) => Promise<void>;
  readonly exact: boolean;
}[] = [
  { name: 'restarted, one connection', variables: {}, breakBroker: (broker) => broker.stop(), exact: true },
  {
    name: 'restarted, one connection, MQTT 5',
    variables: { INFUSION_MQTT_VERSION: '5' },
    breakBroker: (broker) => broker.stop(),
    exact: true,
  },
  { name: 'that stays, three shared connections', variables: shared, breakBroker: async () => {}, exact: true },
  {
    name: 'restarted, three shared connections',
    variables: shared,
    breakBroker: (broker) => broker.stop(),
    exact: false,
  },
  { name: 'killed, one connection', variables: {}, breakBroker: (broker) => broker.kill(), exact: false },
];

it.each(variants)(
  'an outside broker $name, and the gateway killed in between',
  { timeout: 240_000 },
  async ({ variables, breakBroker, exact }) => {
    await using cleanup = new AsyncDisposableStack();
    const broker = await Mosquitto.start({ config: keepsAll });
    cleanup.defer(() => broker.close());
    const dir = cleanup.use(new TempDir());
    const gateway = await GatewayProcess.start(dir.path, { INFUSION_MQTT_URL: broker.url, ...variables });
    cleanup.defer(() => gateway.kill());
    const token = await gateway.token();
    const subscribed = () =>
      until('the gateway to subscribe', async () => (await fetch(`${gateway.httpUrl}/readyz`)).status === 200, 40_000);
    await subscribed();

    const promised = new PromisedReadings();
    const ledger = new JournalLedger(dir.file('journal.db'));
    const over = new AbortController();
    const loading = runLoad(
      {
        host: '127.0.0.1',
        port: broker.port,
        clock,
        random: seededRandom(13),
        connections: 10,
        pumpsPerConnection: 2,
        readingsPerMessage: 5,
        window: 16,
        messagesPerSecond: 150,
        reconnect: true,
        drain: seconds(30),
        onAcknowledged: promised.note,
      },
      over.signal,
    );
    cleanup.defer(async () => {
      over.abort();
      await loading;
    });
    const morePromises = (n: number) => {
      const before = promised.messages;
      return until(`${n} more promises`, () => promised.messages >= before + n, 30_000);
    };
    await morePromises(100);
    const restart = async () => {
      await breakBroker(broker);
      if (broker.pid !== undefined) return;
      await clock.sleep(millis(500));
      await broker.start();
    };
    await restart();
    await morePromises(100);
    await gateway.kill();
    // The broker keeps for the gateway's session what hubs send meanwhile.
    await morePromises(100);
    await restart();
    await gateway.start();
    await subscribed();
    await morePromises(100);

    over.abort();
    const report = await loading;
    expect(report.unacknowledged).toEqual([]);
    if (exact) {
      await until('what was promised to arrive', () => promised.allBrokenIn(ledger).length === 0, 20_000);
    } else {
      const latest = new PromisedReadings();
      await sendOnce(broker, latest);
      await until('what was promised since to arrive', () => latest.allBrokenIn(ledger).length === 0, 20_000);
    }
    expect(ledger.faults).toEqual([]);
    expect(await readingsPerPump(gateway, token)).toEqual(ledger.perPump);
    expect(await gateway.stop()).toBe(0);
  },
);

/** A few messages more, while nothing breaks. */
function sendOnce(broker: Mosquitto, promised: PromisedReadings) {
  return runLoad({
    host: '127.0.0.1',
    port: broker.port,
    clock,
    random: seededRandom(14),
    connections: 2,
    readingsPerMessage: 5,
    window: 4,
    messages: 50,
    prefix: 'later-',
    onAcknowledged: promised.note,
  });
}
