import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingsTopic, statusTopic } from '#codec/topics.ts';
import { freePort } from '#support/free-port.ts';
import { reading, T0 } from '#support/hub-messages.ts';
import { Influx2Front } from '#support/influx2-front.ts';
import { Influxd } from '#support/influxd.ts';
import { until } from '#support/until.ts';
import { finalStage, serviceOf } from './compose-file.ts';
import { DeployedBroker } from './deployed-broker.ts';
import { ImageTree, type RunningCommand } from './image-tree.ts';
import { MadeSecrets } from './made-secrets.ts';

const TOKEN = 'token-of-the-gateway';

/** The image's own environment: its ENV lines. */
function imageEnvironment(): Record<string, string> {
  const lines = finalStage()
    .filter(({ word }) => word === 'ENV')
    .flatMap(({ rest }) => rest.split(/\s+/));
  return Object.fromEntries(lines.map((line) => line.split('=')));
}

/**
 * The start command of the image, with the environment of docker-compose.yml: only where that names addresses and folders
 * of the containers do those of this machine stand in their place.
 */
describe('gateway, broker and series of docker-compose.yml, without containers', () => {
  const secrets = new MadeSecrets('hub-a');
  const image = new ImageTree();
  const laidDown = image.files();
  let broker: DeployedBroker;
  let influxd: Influxd;
  let front: Influx2Front;
  let httpPort = 0;
  let environment: Record<string, string> = {};
  let running: RunningCommand;
  let token = '';

  beforeAll(async () => {
    [broker, influxd, httpPort] = await Promise.all([DeployedBroker.start(secrets), Influxd.start(), freePort()]);
    await influxd.query('CREATE DATABASE infusion');
    front = await Influx2Front.start({ upstream: influxd.url, org: 'infusion', bucket: 'infusion', token: TOKEN });
    writeFileSync(`${image.folder('access')}/influxdb-token`, TOKEN);
    environment = here({ ...imageEnvironment(), ...serviceOf('gateway').environment, INFUSION_LOG_LEVEL: 'warn' });
    running = await started();
    token = await newToken();
  }, 60_000);
  afterAll(async () => {
    image[Symbol.dispose]();
    await Promise.all([broker.close(), front.close()]);
    await influxd.close();
    secrets[Symbol.dispose]();
  });

  const here = (values: Readonly<Record<string, string | number>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hereText(String(value))]));

  function hereText(text: string): string {
    return text
      .replace('mqtts://mosquitto:8883', `mqtts://localhost:${broker.port}`)
      .replace('http://influxdb:8086', front.url)
      .replaceAll('/run/secrets/ca', secrets.file('ca.pem'))
      .replaceAll('/run/secrets/gateway-mqtt-password', secrets.file('gateway-mqtt-password'))
      .replaceAll('/run/secrets/simulator-password', secrets.file('hubs/sim-hub-01'))
      .replaceAll('/var/lib/infusion-access', image.folder('access'))
      .replaceAll('/var/lib/infusion', image.folder('data'))
      .replaceAll('/app', image.app)
      .replace(/^\/tmp\/compiled$/, image.folder('tmp/compiled'))
      .replace(/^0\.0\.0\.0$/, '127.0.0.1')
      .replace(/^8080$/, String(httpPort));
  }

  /** The command the image starts with, and waits until it is ready. */
  async function started(): Promise<RunningCommand> {
    const command = finalStage().find(({ word }) => word === 'CMD')?.rest ?? '[]';
    const child = image.run(JSON.parse(command), environment);
    void child.ended.then(({ code, errors }) => code > 0 && process.stderr.write(errors));
    await until('ready', () => child.lines.some((line) => line.startsWith('ready ')), 30_000);
    return child;
  }

  const readyStatus = async (): Promise<number> => (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).status;
  const healthCheck = () => image.run(['node', 'deploy/health-check.ts'], environment).ended;

  async function newToken(): Promise<string> {
    const command = ['node', 'gateway/cli.ts', 'token', 'add', '--name', 'test', '--role', 'admin'];
    const { lines } = await image.run(command, environment).ended;
    return lines[0]?.trim() ?? '';
  }

  async function readingsOf(pump: string): Promise<{ seq: number; hub: string }[]> {
    const response = await fetch(`http://127.0.0.1:${httpPort}/api/v1/readings?pump=${pump}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { readings }: { readings: { seq: number; hub: string }[] } = JSON.parse(await response.text());
    return readings;
  }

  it('is ready, healthy by its own check, and serves the console', async () => {
    await until('the link to the broker', async () => (await readyStatus()) === 200);
    expect(await healthCheck()).toMatchObject({ code: 0, errors: '' });
    const page = await (await fetch(`http://127.0.0.1:${httpPort}/`)).text();
    expect(page).toContain('assets/');
  });

  it('stores what hub A says through the broker, in the journal and in the series', async () => {
    const message = JSON.stringify({ boot: 'boot-1', readings: [reading(0), reading(1)] });
    const status = { state: 'online', boot: 'boot-1', at: T0, pumps: [{ id: 'pump-1', model: 'infusomat-space' }] };
    await broker.publish(broker.login('hub-a'), statusTopic('hub-a'), JSON.stringify(status), '-r');
    await broker.publish(broker.login('hub-a'), readingsTopic('hub-a', 'pump-1'), message);
    await until('both points', async () => {
      const [row] = await influxd.query(
        "SELECT count(seq) FROM pump_reading WHERE model = 'infusomat-space'",
        'infusion',
      );
      return row?.['count'] === 2;
    });
    expect(await readingsOf('pump-1')).toMatchObject([
      { hub: 'hub-a', seq: 0 },
      { hub: 'hub-a', seq: 1 },
    ]);
  });

  it('stores nothing that hub A says in the name of another', async () => {
    const forged = JSON.stringify({ boot: 'boot-2', readings: [reading(0)] });
    const own = JSON.stringify({ boot: 'boot-2', readings: [reading(0)] });
    await broker.publish(broker.login('hub-a'), readingsTopic('hub-b', 'pump-2'), forged);
    await broker.publish(broker.login('hub-a'), readingsTopic('hub-a', 'pump-3'), own);
    await until('its own', async () => (await readingsOf('pump-3')).length === 1);
    expect(await readingsOf('pump-2')).toEqual([]);
  });

  it('takes the readings of the simulator, by the command of its profile', async () => {
    const [shell = '', option = '', text = ''] = serviceOf('simulator').command ?? [];
    // Compose turns the doubled sign into one.
    const command = [shell, option, hereText(text.replaceAll('$$', '$'))];
    const path = `${image.app}/bin:${process.env['PATH']}`;
    const simulator = image.run(command, { ...here(imageEnvironment()), PATH: path });
    await until(
      'a reading of each pump',
      async () => {
        const rows = await influxd.query(
          `SELECT last(seq) FROM pump_reading WHERE hub = 'sim-hub-01' GROUP BY pump`,
          'infusion',
        );
        return rows.length === 6;
      },
      30_000,
    );
    expect(simulator.errors()).toBe('');
    await simulator.stop();
  }, 40_000);

  it('gets what came while it was away, from the session that the broker keeps for its name', async () => {
    expect((await running.stop()).code).toBe(0);
    expect((await healthCheck()).code).toBe(1);
    const message = JSON.stringify({ boot: 'boot-3', readings: [reading(0)] });
    await broker.publish(broker.login('hub-a'), readingsTopic('hub-a', 'pump-4'), message);
    running = await started();
    await until('the reading', async () => (await readingsOf('pump-4')).length === 1);
  }, 60_000);

  it('is not ready and not healthy while the broker is away', async () => {
    await broker.stop();
    await until('503', async () => (await readyStatus()) === 503);
    const { code, errors } = await healthCheck();
    expect(code).toBe(1);
    expect(errors).toContain('broker');
    await broker.start();
    await until('200', async () => (await readyStatus()) === 200);
  });

  it('writes nothing below /app: the root of the container is read only', async () => {
    expect(image.files()).toEqual(laidDown);
  });
});
