import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync, type MqttClient } from 'mqtt';
import { findServer } from '#support/find-server.ts';
import { freePort } from '#support/free-port.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { root } from './compose-file.ts';
import type { MadeSecrets } from './made-secrets.ts';

const run = promisify(execFile);

/** Files of the secrets whose name is another. */
const secretFiles: Readonly<Record<string, string>> = {
  'mosquitto-certificate': 'mosquitto.pem',
  'mosquitto-key': 'mosquitto.key',
};

/** Who a client says it is. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * A real mosquitto on the configuration of deploy/, with the paths inside the container turned into those of this machine
 * and a port of its own. It can be stopped and started again on what it kept.
 */
export class DeployedBroker {
  readonly port: number;
  readonly #secrets: MadeSecrets;
  readonly #dir = new TempDir();
  readonly #listeners: MqttClient[] = [];
  #child: ChildProcess | undefined;

  private constructor(port: number, secrets: MadeSecrets) {
    this.port = port;
    this.#secrets = secrets;
  }

  static async start(secrets: MadeSecrets): Promise<DeployedBroker> {
    const broker = new DeployedBroker(await freePort(), secrets);
    await broker.start();
    return broker;
  }

  login(user: string): Login {
    const file = user === 'infusion-gateway' ? 'gateway-mqtt-password' : `hubs/${user}`;
    return { user, password: this.#secrets.read(file) };
  }

  async start(): Promise<void> {
    mkdirSync(this.#dir.file('data'), { recursive: true });
    const file = this.#dir.file('mosquitto.conf');
    writeFileSync(file, this.#config());
    const child = spawn(findServer('mosquitto'), ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        said = (said + bytes.toString()).slice(-4_000);
      });
    }
    await until(
      'mosquitto to take connections',
      (): boolean | Promise<boolean> => child.exitCode !== null || this.#answers(),
    );
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}:\n${said}`);
  }

  /** Reads passwords and rights anew, as `docker compose kill -s HUP mosquitto` makes it. */
  reload(): void {
    this.#child?.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((client) => client.endAsync(true)));
    await this.stop();
    this.#dir[Symbol.dispose]();
  }

  /** Publishes with QoS 1 by mosquitto_pub over TLS. @throws Error with its words when it is not let in. */
  async publish(login: Login | undefined, topic: string, payload: string, ...more: string[]): Promise<void> {
    await run(findServer('mosquitto_pub'), [...this.#client(login), '-q', '1', '-t', topic, '-m', payload, ...more]);
  }

  /** Listens over TLS, from when the broker has granted it, until the broker is closed. */
  async listen({ user, password }: Login, filter: string): Promise<readonly string[]> {
    const client = await connectAsync(`mqtts://localhost:${this.port}`, {
      username: user,
      password,
      ca: this.#secrets.read('ca.pem'),
      reconnectPeriod: 0,
    });
    this.#listeners.push(client);
    const heard: string[] = [];
    client.on('message', (topic, payload) => heard.push(`${topic} ${payload}`));
    await client.subscribeAsync(filter, { qos: 1 });
    return heard;
  }

  #client(login: Login | undefined): string[] {
    const who = login === undefined ? [] : ['-u', login.user, '-P', login.password];
    return ['-h', 'localhost', '-p', String(this.port), '--cafile', this.#secrets.file('ca.pem'), ...who];
  }

  #config(): string {
    const deployed = readFileSync(join(root, 'deploy/mosquitto/mosquitto.conf'), 'utf8');
    return [
      deployed
        .replaceAll(/\/run\/secrets\/([\w-]+)/g, (_, secret: string) =>
          this.#secrets.file(secretFiles[secret] ?? secret),
        )
        .replaceAll('/mosquitto/config/', `${join(root, 'deploy/mosquitto')}/`)
        .replaceAll('/mosquitto/data/', `${this.#dir.file('data')}/`)
        .replace(/^listener \d+$/m, `listener ${this.port} 127.0.0.1`),
      // Run as root it would become a user who may not read the secrets.
      `user ${userInfo().username}`,
      '',
    ].join('\n');
  }

  async #answers(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } finally {
      socket.destroy();
    }
  }
}
