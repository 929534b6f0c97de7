import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandTopic, readingsFilter, readingsTopic, statusFilter, statusTopic } from '#codec/topics.ts';
import { findServer } from '#support/find-server.ts';
import { until } from '#support/until.ts';
import { DeployedBroker } from './deployed-broker.ts';
import { MadeSecrets } from './made-secrets.ts';

const run = promisify(execFile);

describe('the broker of deploy/', () => {
  let secrets: MadeSecrets;
  let broker: DeployedBroker;
  beforeAll(async () => {
    secrets = new MadeSecrets('hub-a', 'hub-b');
    broker = await DeployedBroker.start(secrets);
  });
  afterAll(async () => {
    await broker.close();
    secrets[Symbol.dispose]();
  });

  it('lets nobody in without name and password, or with a wrong one', async () => {
    const { password } = broker.login('hub-b');
    for (const login of [
      undefined,
      { user: 'hub-a', password },
      { user: 'hub-a', password: '' },
      { user: 'stranger', password },
    ]) {
      await expect(broker.publish(login, statusTopic('hub-a'), '{}')).rejects.toThrow(
        /not authori[sz]ed|Connection Refused/i,
      );
    }
  });

  it('speaks TLS only', async () => {
    const { user, password } = broker.login('hub-a');
    const plain = ['-h', '127.0.0.1', '-p', String(broker.port), '-u', user, '-P', password, '-t', 'x', '-m', 'x'];
    await expect(run(findServer('mosquitto_pub'), plain)).rejects.toThrow();
  });

  it('lets a hub say its own status and readings and nothing else', async () => {
    const all = await broker.listen(broker.login('infusion-gateway'), 'infusion/v1/#');
    const hub = broker.login('hub-a');
    const others = [
      readingsTopic('hub-b', 'pump-1'),
      statusTopic('hub-b'),
      commandTopic('hub-a'),
      commandTopic('hub-b'),
      'infusion/v1/hub-a/pump-1/other',
      'infusion/v1/hub-a/pump-1/more/readings',
      'elsewhere',
    ];
    for (const topic of others) await broker.publish(hub, topic, 'not mine');
    await broker.publish(hub, statusTopic('hub-a'), 'mine', '-r');
    await broker.publish(hub, readingsTopic('hub-a', 'pump-1'), 'mine');
    await until('the last of them', () => all.some((line) => line === `${readingsTopic('hub-a', 'pump-1')} mine`));
    expect(all).toEqual([`${statusTopic('hub-a')} mine`, `${readingsTopic('hub-a', 'pump-1')} mine`]);
  });

  it('lets a hub hear its own commands and nothing else', async () => {
    const gateway = broker.login('infusion-gateway');
    const hub = await broker.listen(broker.login('hub-a'), '#');
    await broker.publish(gateway, commandTopic('hub-b'), 'for b');
    await broker.publish(broker.login('hub-b'), readingsTopic('hub-b', 'pump-2'), 'of b');
    await broker.publish(gateway, commandTopic('hub-a'), 'for a');
    await until('the command', () => hub.length > 0);
    expect(hub).toEqual([`${commandTopic('hub-a')} for a`]);
  });

  it('lets the gateway speak for no hub', async () => {
    const hears = await broker.listen(broker.login('infusion-gateway'), 'infusion/v1/#');
    await broker.publish(broker.login('infusion-gateway'), readingsTopic('hub-a', 'pump-1'), 'forged');
    await broker.publish(broker.login('hub-b'), readingsTopic('hub-b', 'pump-1'), 'true');
    await until('the true one', () => hears.some((line) => line.endsWith(' true')));
    expect(hears.filter((line) => line.endsWith(' forged'))).toEqual([]);
  });

  it('keeps for the gateway what comes while it is away, over a restart, and more than the usual thousand', async () => {
    const gateway = broker.login('infusion-gateway');
    const session = ['-i', 'infusion-gateway-test', '-c', '-q', '1', '-t', readingsFilter, '-t', statusFilter];
    const { user, password } = gateway;
    const client = [
      '-h',
      'localhost',
      '-p',
      String(broker.port),
      '--cafile',
      secrets.file('ca.pem'),
      '-u',
      user,
      '-P',
      password,
    ];
    await run(findServer('mosquitto_sub'), [...client, ...session, '-E']);
    const lines = Array.from({ length: 1_500 }, (_, i) => `message ${i}`).join('\n');
    const sender = execFile(findServer('mosquitto_pub'), [
      ...client.slice(0, -4),
      '-u',
      'hub-a',
      '-P',
      broker.login('hub-a').password,
      '-q',
      '1',
      '-t',
      readingsTopic('hub-a', 'pump-9'),
      '-l',
    ]);
    const sent = new Promise((resolve) => sender.once('exit', resolve));
    sender.stdin?.end(`${lines}\n`);
    expect(await sent).toBe(0);
    await broker.stop();
    await broker.start();
    const { stdout } = await run(findServer('mosquitto_sub'), [
      ...client,
      ...session,
      '-C',
      '1500',
      '-W',
      '15',
      '-F',
      '%t %p',
    ]);
    const mine = stdout
      .trim()
      .split('\n')
      .filter((line) => line.startsWith(readingsTopic('hub-a', 'pump-9')));
    expect(mine.length).toBeGreaterThanOrEqual(1_499);
  });

  it('takes a hub that was added while it runs', async () => {
    secrets.run('hub', 'hub-c');
    broker.reload();
    await until('the new account', async () => {
      await broker.publish(broker.login('hub-c'), statusTopic('hub-c'), '{}');
      return true;
    });
  });
});
