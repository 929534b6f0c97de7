import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeSerialFrame } from '#codec/serial-frame.ts';
import { Admission } from '#intake/admission.ts';
import { SerialIntake } from '#intake/serial-intake.ts';
import type { SerialLineAddress } from '#intake/serial-link.ts';
import type { SerialPortHealth } from '#intake/serial-supervisor.ts';
import { silentLogger } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { Hub } from '#simulator/hub.ts';
import { reading } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';
import { PseudoTerminals } from '#support/pseudo-terminals.ts';
import { until } from '#support/until.ts';
import { SerialTransport } from '#uplink/serial-transport.ts';

const clock = new SystemClock();
const baud = 115_200;

let disk: HeldJournal;
let open: AsyncDisposableStack;
beforeEach(() => {
  disk = new HeldJournal();
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

function listen(lines: Readonly<Record<string, SerialLineAddress>>): (line: string) => SerialPortHealth | undefined {
  const admission = new Admission(disk, clock, () => {});
  const intake = new SerialIntake(admission, clock, systemRandom, silentLogger, {
    lines: new Map(Object.entries(lines)),
    baud,
    mayReport: () => true,
  });
  intake.open();
  open.defer(() => intake.close());
  return (line) => intake.health().find(({ port }) => port === line);
}

async function cable(): Promise<PseudoTerminals> {
  const terminals = await PseudoTerminals.plugged();
  open.defer(() => terminals.close());
  return terminals;
}

function hubOn(path: string, id: string): Hub {
  const hub = new Hub({
    id,
    firmware: 'twin-1',
    pumps: [{ id: `pump-of-${id}`, model: 'infusomat-space', serial: 's1' }],
    transport: new SerialTransport({ path, baud, clock, repeatAfter: millis(300) }),
    clock,
    random: systemRandom,
    newBoot: () => `boot-of-${id}`,
  });
  hub.start();
  open.defer(() => hub.cut());
  return hub;
}

const record = (hub: Hub): number => hub.record(`pump-of-${hub.id}`, { state: 'infusing', rateMlH: 10, alarms: [] });
const seqsOf = (hub: Hub): number[] =>
  disk.journal.page(`pump-of-${hub.id}`, 0, 1_000).readings.map(({ reading: { seq } }) => seq);

describe('serial lines', () => {
  it('are heard side by side; one that is pulled and one that was never there disturb no other', async () => {
    const [first, second] = [await cable(), await cable()];
    const health = listen({
      first: { path: first.gatewayEnd },
      second: { path: second.gatewayEnd },
      third: { path: '/dev/no-such-port' },
    });
    const [one, two] = [hubOn(first.hubEnd, 'h1'), hubOn(second.hubEnd, 'h2')];
    await until('both hubs to be online', () => one.online && two.online);
    expect(health('third')?.problem).toMatch(/No such file or directory/);

    await first.pull();
    await until('the pulled line to be missed', () => health('first')?.problem);
    await until('the hub to notice', () => !one.online);
    for (const hub of [one, two]) record(hub);
    await until('the other hub to be served', () => two.waiting === 0);
    expect(one.waiting).toBe(1);
    await first.plug();
    await until('the line to be well again', () => one.waiting === 0);
    expect(health('first')).toMatchObject({ state: 'open', problem: null });
    expect([seqsOf(one), seqsOf(two)]).toEqual([[0], [0]]);
  }, 30_000);

  it('are taken once another program lets go of them', async () => {
    const terminals = await cable();
    const other = new SerialPort({ path: terminals.gatewayEnd, baudRate: baud });
    await once(other, 'open');
    const health = listen({ line: { path: terminals.gatewayEnd } });
    const problem = await until('the port to be found busy', () => health('line')?.problem ?? undefined);
    expect(problem).toMatch(/lock/i);
    await new Promise<void>((resolve) => other.close(() => resolve()));
    const hub = hubOn(terminals.hubEnd, 'h1');
    await until('the hub to be online', () => hub.online);
    expect(health('line')?.problem).toBeNull();
  }, 30_000);

  it('find the frames between noise, and tell what they threw away', async () => {
    const terminals = await cable();
    const health = listen({ line: { path: terminals.gatewayEnd } });
    await until('the line to be open', () => health('line')?.state === 'open');
    const noisy = new SerialPort({ path: terminals.hubEnd, baudRate: baud });
    open.defer(() => new Promise<void>((resolve) => noisy.close(() => resolve())));
    const frame = (seq: number): Uint8Array => {
      const body = { hub: 'h1', pump: 'pump-of-h1', boot: 'b', readings: [reading(seq)] };
      return encodeSerialFrame({ type: 'R', id: seq, payload: Buffer.from(JSON.stringify(body)) });
    };
    const torn = frame(1).slice(0, 90);
    for (const part of [Buffer.from('login: \r\n'), frame(0), Buffer.from('AT+RING\r\n'), torn, frame(2), frame(3)]) {
      noisy.write(Buffer.from(part));
    }
    await until('the whole frames', () => disk.journal.lastOffset() === 3);
    const { quarantine } = disk.journal.quarantinePage(0, 10);
    expect(quarantine[0]).toMatchObject({ topic: 'serial line', code: 'bad-frame', hub: null });
    expect(health('line')).toMatchObject({ frames: 3, discardedBytes: 9 + 9 + 89 });
  }, 30_000);
});

describe('a serial line over TCP', () => {
  /** As ser2net: gives whoever connects the bytes of a port, one at a time. */
  async function terminalServer(): Promise<{ server: Server; port: number; sockets: Socket[] }> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.defer(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    return { server, port: typeof address === 'object' && address !== null ? address.port : 0, sockets };
  }

  it('is heard, and connected again when the connection ends', async () => {
    const { port, sockets } = await terminalServer();
    const health = listen({ line: { host: '127.0.0.1', port } });
    for (const seq of [0, 1]) {
      const socket = await until('a connection', () => sockets[seq]);
      const body = { hub: 'h1', pump: 'p', boot: 'b', readings: [reading(seq)] };
      const answered = once(socket, 'data');
      socket.write(encodeSerialFrame({ type: 'R', id: seq, payload: Buffer.from(JSON.stringify(body)) }));
      const [answer] = await answered;
      expect(answer).toEqual(Buffer.from(encodeSerialFrame({ type: 'A', id: seq, payload: new Uint8Array() })));
      socket.end();
    }
    await until('the end to be noticed', () => health('line')?.problem === 'the other side closed the connection');
    expect(disk.journal.lastOffset()).toBe(2);
  }, 30_000);

  it('is tried again while nobody listens there', async () => {
    const { server, port } = await terminalServer();
    const closed = once(server, 'close');
    server.close();
    await closed;
    const health = listen({ line: { host: '127.0.0.1', port } });
    expect(await until('the refusal', () => health('line')?.problem ?? undefined)).toMatch(/ECONNREFUSED/);
  });
});
