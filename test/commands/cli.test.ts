import { type ExecFileException, execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '#support/free-port.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { Influxd } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const root = join(import.meta.dirname, '../..');
let dir: TempDir;
beforeEach(() => {
  dir = new TempDir();
});
afterEach(() => dir[Symbol.dispose]());

/** Runs the command as a person would in the checkout, with nothing of INFUSION_ but what is given. */
function gateway(args: readonly string[], variables: Record<string, string> = {}, input = ''): Promise<Outcome> {
  const env = { ...process.env, INFUSION_DATA_DIR: dir.path, ...variables };
  return new Promise((resolve) => {
    const child = execFile(join(root, 'bin/infusion-gateway'), args, { env }, (error, stdout, stderr) => {
      resolve({ code: exitCode(error), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

const exitCode = (error: ExecFileException | null): number =>
  typeof error?.code === 'number' ? error.code : error ? 1 : 0;

describe('the command line', () => {
  it.each([
    'start',
    'check',
    'token',
    'token add',
    'user',
    'user add',
    'user link',
    'export',
    'influx setup',
    'replay',
    'backup',
    'restore',
  ])('%s has its help', async (command) => {
    const { code, stdout } = await gateway([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`infusion-gateway ${command}`);
  });

  it('says what is wrong with a call, and ends with 2', async () => {
    const unknown = await gateway(['strat']);
    expect(unknown.stderr).toMatch(/unknown command 'strat'/);
    const role = await gateway(['token', 'add', '--name', 'x', '--role', 'boss']);
    expect(role.stderr).toMatch(/Roles are nurse, supervisor/);
    expect([unknown.code, role.code]).toEqual([2, 2]);
  });

  it('check lists all problems with their mend, as words and as JSON', async () => {
    const variables = { INFUSION_HTTP_PORT: '0x50', INFUSION_COLOUR: 'red', INFUSION_INFLUX_DATABASE: 'd' };
    const words = await gateway(['check'], variables);
    expect(words.code).toBe(2);
    expect(words.stdout).toMatch(/INFUSION_COLOUR: there is no such setting/);
    expect(words.stdout).toMatch(/http\.port \(INFUSION_HTTP_PORT\): must be integer/);
    const json = await gateway(['check', '--json'], variables);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, problems: [{ where: 'INFUSION_COLOUR' }, {}] });
    expect(await gateway(['check'])).toMatchObject({ code: 0, stdout: 'The configuration is in order.\n' });
  });

  it('check asks InfluxDB itself', async () => {
    const influxd = await Influxd.start();
    const right = { INFUSION_INFLUX_URL: influxd.url, INFUSION_INFLUX_DATABASE: 'infusion' };
    expect((await gateway(['check'], right)).stdout).toMatch(
      /INFUSION_INFLUX_DATABASE: .*`infusion-gateway influx setup`/,
    );
    const setup = await gateway(['influx', 'setup', '--json'], right);
    expect(JSON.parse(setup.stdout)).toMatchObject({ steps: [{ state: 'made' }, { state: 'made' }] });
    const again = await gateway(['influx', 'setup'], right);
    expect(again.stdout).toMatch(/there {4}database "infusion", retention policy "readings": keeps 30 days/);
    expect(await gateway(['check'], right)).toMatchObject({ code: 0 });
    await influxd.close();
    const gone = await gateway(['check'], right);
    expect(gone.code).toBe(2);
    expect(gone.stdout).toMatch(/INFUSION_INFLUX_URL: no InfluxDB answers at/);
  });

  it('start refuses a bad configuration without touching anything', async () => {
    const { code, stdout, stderr } = await gateway(['start'], {
      INFUSION_MQTT_HOST: '0.0.0.0',
      INFUSION_ENROLMENT: 'closed',
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/INFUSION_MQTT_HOST: 0\.0\.0\.0 can be reached from other machines/);
  });

  it('start says plainly that a port is taken, and lets go of the data folder', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = String(typeof address === 'object' ? address?.port : 0);
    const free = String(await freePort());
    for (const variables of [
      { INFUSION_HTTP_PORT: port, INFUSION_MQTT_PORT: free },
      { INFUSION_HTTP_PORT: free, INFUSION_MQTT_PORT: port },
    ]) {
      const { code, stderr } = await gateway(['start'], variables);
      expect(code).toBe(2);
      expect(stderr).toMatch(/A port the gateway needs is taken by another program\..*\n.*INFUSION_HTTP_PORT/);
    }
    taken.close();
  });

  it('start says plainly that the folder is in use, or cannot be used', async () => {
    const running = await GatewayProcess.start(dir.path);
    const second = await gateway(['start'], { INFUSION_HTTP_PORT: '0', INFUSION_MQTT_PORT: '0' });
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(/Another gateway is using this data folder/);
    expect(await running.stop()).toBe(0);
    writeFileSync(dir.file('a-file'), '');
    const unusable = await gateway(['start'], { INFUSION_DATA_DIR: dir.file('a-file') });
    expect(unusable).toMatchObject({ code: 2 });
    expect(unusable.stderr).toMatch(/The data folder cannot be written/);
  });

  it('tokens and passwords made beside a running gateway hold at once', async () => {
    const running = await GatewayProcess.start(dir.path);
    const status = async (token: string) =>
      (await fetch(`${running.httpUrl}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
    const made = await gateway(['token', 'add', '--name', 'rig', '--role', 'technician', '--json']);
    const { token }: { token: string } = JSON.parse(made.stdout);
    expect(await status(token)).toBe(200);
    expect((await gateway(['token', 'list'])).stdout).toBe('rig\ttechnician\n');
    expect((await gateway(['token', 'remove', '--name', 'rig'])).stdout).toBe('1 removed\n');
    expect(await status(token)).toBe(401);

    const added = await gateway(
      ['user', 'add', '--name', 'Night nurse', '--role', 'nurse'],
      {},
      'a long enough password\n',
    );
    expect(added).toMatchObject({ code: 0, stdout: 'Night nurse may sign in\n' });
    const signIn = async (password: string) =>
      fetch(`${running.httpUrl}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Night nurse', password }),
      });
    expect((await signIn('wrong')).status).toBe(401);
    expect((await signIn('a long enough password')).status).toBe(200);
    const link = await gateway(['user', 'link', '--name', 'Guest', '--role', 'auditor']);
    expect(link.stdout).toMatch(/^http:\/\/127\.0\.0\.1:8080\/#link=[\w-]{43}\n$/);
    expect(await running.stop()).toBe(0);
  });
});
