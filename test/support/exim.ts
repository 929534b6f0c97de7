import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { findServer } from './find-server.ts';
import { freePort } from './free-port.ts';
import { selfSigned } from './self-signed.ts';
import { TempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** The user under which Debian's exim works; it delivers for nobody as root. */
const EXIM_USER = 'Debian-exim';

/** Debian's mail server, exim4, as a child process on loopback: takes mail for example.org, with STARTTLS, and keeps it in a file. */
export class Exim {
  readonly #dir: TempDir;
  readonly #child: ChildProcess;
  readonly port: number;
  /** Certificate of the server, PEM. */
  readonly ca: string;

  private constructor(dir: TempDir, child: ChildProcess, port: number, ca: string) {
    this.#dir = dir;
    this.#child = child;
    this.port = port;
    this.ca = ca;
  }

  static async start(): Promise<Exim> {
    const dir = new TempDir();
    const port = await freePort();
    const { key, cert } = selfSigned();
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? EXIM_USER : execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
    mkdirSync(dir.file('spool'));
    writeFileSync(dir.file('key.pem'), key, { mode: 0o600 });
    writeFileSync(dir.file('cert.pem'), cert);
    writeFileSync(dir.file('conf'), configuration(dir, user), { mode: 0o644 });
    if (isRoot) {
      const uid = Number(execFileSync('id', ['-u', EXIM_USER], { encoding: 'utf8' }));
      for (const name of ['spool', 'key.pem', 'cert.pem']) chownSync(dir.file(name), uid, uid);
      chmodSync(dir.path, 0o755);
    }
    const child = spawn(findServer('exim4'), ['-C', dir.file('conf'), '-bdf', '-oX', `127.0.0.1.${port}`], {
      stdio: 'ignore',
    });
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.removeListener('exit', endWithUs));
    await until('exim to listen', () => isListening(port));
    return new Exim(dir, child, port, cert);
  }

  /** The mails it delivered, as one text. */
  inbox(): string {
    const path = this.#dir.file('spool/inbox');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  stop(): void {
    this.#child.kill('SIGTERM');
    this.#dir[Symbol.dispose]();
  }
}

const configuration = (dir: TempDir, user: string): string => `
primary_hostname = localhost
spool_directory = ${dir.file('spool')}
log_file_path = ${dir.file('spool')}/log-%slog
pid_file_path = ${dir.file('spool')}/pid
exim_user = ${user}
exim_group = ${user}
keep_environment =
tls_advertise_hosts = *
tls_certificate = ${dir.file('cert.pem')}
tls_privatekey = ${dir.file('key.pem')}
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  accept domains = example.org
  deny message = relay not permitted
begin routers
local:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  file = ${dir.file('spool')}/inbox
  user = ${user}
  group = ${user}
`;

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
