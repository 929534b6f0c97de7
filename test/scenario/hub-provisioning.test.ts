import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { findServer } from '#support/find-server.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { TempDir } from '#support/temp-dir.ts';

const run = promisify(execFile);
const page = readFileSync(join(import.meta.dirname, '../../docs/hubs.md'), 'utf8');

/** The shell commands below a heading of docs/hubs.md, as they stand there. */
function commandsOf(heading: string): string {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text).join('\n');
}

it('a new hub comes in by the instructions of its page, and is refused once it is revoked', async () => {
  using dir = new TempDir();
  using hub = new TempDir();
  const gateway = await GatewayProcess.start(dir.path, {
    INFUSION_TLS: 'own',
    INFUSION_ENROLMENT: 'closed',
  });
  const { stdout: code } = await gateway.command('provision', 'hub', '--id', 'home-7');
  await gateway.command('provision', 'pump', '--id', 'pump-a');
  const { stdout: authority } = await gateway.command('provision', 'authority');
  writeFileSync(hub.file('ca.pem'), authority);
  const env = {
    ...process.env,
    PATH: `${process.env['PATH']}:/usr/bin`,
    CODE: code.trim(),
    GATEWAY: `https://localhost:${gateway.httpPort}`,
    MQTT_HOST: 'localhost',
    MQTT_PORT: String(gateway.mqttPort),
  };
  // mosquitto_pub that is not let in tries for ever.
  const sh = (text: string) =>
    run('timeout', ['-s', 'KILL', '8', 'bash', '-euo', 'pipefail', '-c', text], { cwd: hub.path, env });
  expect(findServer('mosquitto_pub')).toBeTruthy();
  await sh(commandsOf('A certificate'));
  await sh(commandsOf('Send'));

  const readings = async () => {
    const token = await gateway.token();
    const curl = `curl -sS --cacert ca.pem -H 'Authorization: Bearer ${token}' $GATEWAY/api/v1/readings`;
    return JSON.parse((await sh(curl)).stdout).readings.length;
  };
  expect(await readings()).toBe(1);
  await expect(sh(commandsOf('Renew'))).rejects.toThrow(/renewed in its last 30 days only|409/);
  expect((await gateway.command('revoke', 'home-7')).stdout).toBe('home-7 is revoked\n');
  await expect(sh(commandsOf('Send'))).rejects.toThrow();
  expect(await readings()).toBe(1);
  expect(await gateway.stop()).toBe(0);
}, 120_000);
