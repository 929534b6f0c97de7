import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { findServer } from './find-server.ts';
import { freePort } from './free-port.ts';
import { TempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface MosquittoOptions {
  /** More lines for its configuration file, such as `max_inflight_messages 0`. */
  readonly config?: readonly string[];
  /** False: only clients that the added configuration lets in. */
  readonly anonymous?: boolean;
}

/**
 * A real mosquitto broker of its own on a loopback port. What it was asked to keep (retained messages, sessions) is saved
 * in a folder that goes with it, so that `stop` and `start` are a restart and `kill` a crash, on the same port.
 */
export class Mosquitto {
  readonly port: number;
  /** Its folder, for password and certificate files named in `config`. */
  readonly dir: TempDir;
  readonly #options: MosquittoOptions;
  #child: ChildProcess | undefined;

  private constructor(port: number, dir: TempDir, options: MosquittoOptions) {
    this.port = port;
    this.dir = dir;
    this.#options = options;
  }

  static async start(options: MosquittoOptions = {}): Promise<Mosquitto> {
    const broker = new Mosquitto(await freePort(), new TempDir(), options);
    await broker.start();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, again on the same port after `stop` or `kill`, and waits until it takes connections. */
  async start(): Promise<void> {
    if (this.#child) throw new Error('mosquitto is running already.');
    const file = this.dir.file('mosquitto.conf');
    writeFileSync(file, this.#config());
    const child = spawn(findServer('mosquitto'), ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4_000);
    });
    await until(
      'mosquitto to take connections',
      (): boolean | Promise<boolean> => child.exitCode !== null || takesConnections(this.port),
    );
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}:\n${said}`);
  }

  /** Ends it in order; what is to be kept is saved. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    await this.kill();
    this.dir[Symbol.dispose]();
  }

  #config(): string {
    return [
      `listener ${this.port} 127.0.0.1`,
      `allow_anonymous ${this.#options.anonymous ?? true}`,
      'persistence true',
      `persistence_location ${this.dir.path}/`,
      'log_type error',
      'log_type warning',
      'log_dest stderr',
      // Run as root it would become a user who may not write its folder.
      `user ${userInfo().username}`,
      'set_tcp_nodelay true',
      ...(this.#options.config ?? []),
      '',
    ].join('\n');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    // Asked again and again: mosquitto forgets a SIGTERM that comes just before its main loop begins.
    await until('mosquitto to end', () => {
      const over = child.exitCode !== null || child.signalCode !== null;
      if (!over) child.kill(signal);
      return over;
    });
  }
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
