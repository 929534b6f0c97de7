import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

/**
 * The demo: a real gateway with its embedded broker and store, and a small simulated fleet with troubles. Two programs, as
 * in a home: they meet on the wire only. Everything it writes goes into a folder that is gone when it ends.
 */
const { values } = parseArgs({
  options: { story: { type: 'string', default: 'demo' }, keep: { type: 'string' }, help: { type: 'boolean' } },
});

const usage = `Usage: npm run demo [-- --story demo|none|FILE.json] [--keep FOLDER]

Starts a gateway and a simulated fleet, and prints a one-time sign-in link. Ctrl-C ends both.
INFUSION_HTTP_PORT and INFUSION_MQTT_PORT choose other ports; --keep keeps the data in a folder.
`;

const told = [
  ['20 s', 'a line is blocked: watch the pressure of pump-01 climb until the pump alarms, release about 95 s later'],
  ['45 s', 'hub-03 goes dark; it comes back at 150 s and sends what it kept'],
  ['90 s', 'the bag of pump-03 runs empty; a new one at 235 s'],
  ['180 s', 'a nurse visits pump-06'],
];

const root = join(import.meta.dirname, '../..');
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'infusion-demo-'));
const children: ChildProcess[] = [];
let ending = false;

function start(script: string, args: readonly string[]): ChildProcess {
  const environment = { INFUSION_LOG_LEVEL: 'warn', ...process.env, INFUSION_DATA_DIR: folder };
  const child = spawn(process.execPath, [join(root, script), ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C reaches us alone, and the fleet says goodbye while the gateway still listens.
    detached: true,
  });
  children.push(child);
  child.once('exit', (code) => void end(code ?? 1));
  return child;
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  for (const child of [...children].reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

/** The lines a child prints, until both begin as asked. */
async function linesOf(child: ChildProcess, ...begins: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  if (!child.stdout) return [];
  for await (const line of createInterface({ input: child.stdout })) {
    for (const begin of begins) if (line.startsWith(begin)) found.set(begin, line.slice(begin.length).trim());
    if (found.size === begins.length) break;
  }
  return begins.map((begin) => found.get(begin) ?? '');
}

async function demo(): Promise<void> {
  const gateway = start('gateway/cli.ts', ['start', '--sign-in-link', 'Demo nurse']);
  const [ready = '', link = ''] = await linesOf(gateway, 'ready', 'sign in');
  // It has said why on standard error, and its end ends the demo.
  if (ready === '' || link === '') return;
  const [http = '', mqtt = ''] = ready.split(' ');
  const fleet = start('simulator/cli.ts', ['run', '--connect', mqtt, '--story', values.story, '--seed', '7', '--json']);
  fleet.stdout?.resume();
  process.stdout.write(`
Infusion gateway, demo. Simulated patients; not for care. Supplementary to the pump's own alarm.

  Console   ${link}
            (one sign-in with this link; the address alone is ${http})
  Hubs      ${mqtt}

What happens${told.map(([at, what]) => `\n  ${at?.padStart(5)}  ${what}`).join('')}

Ctrl-C ends the demo.
`);
}

if (values.help) process.stdout.write(usage);
else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));
  await demo();
}
