import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeSerialFrame, SerialFrameDecoder, type SerialFrameType } from '#codec/serial-frame.ts';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { Hub } from '#simulator/hub.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { SerialTransport } from '#uplink/serial-transport.ts';

/** The gateway's end of a pseudo-terminal: keeps what comes and answers as the test wants. */
class OtherEnd {
  readonly frames: { readonly type: SerialFrameType; readonly id: number; readonly text: string }[] = [];
  readonly #port: SerialPort;
  readonly #decoder = new SerialFrameDecoder();

  constructor(path: string, answer: (nth: number) => SerialFrameType | undefined) {
    this.#port = new SerialPort({ path, baudRate: 115_200 });
    this.#port.on('error', () => {});
    this.#port.on('data', (bytes: Buffer) => {
      for (const event of this.#decoder.push(bytes)) {
        if (!event.ok) continue;
        const { type, id, payload } = event.frame;
        this.frames.push({ type, id, text: new TextDecoder().decode(payload) });
        const reply = answer(this.frames.length);
        const reason = new TextEncoder().encode(reply === 'N' ? 'storage-refused' : '');
        if (reply) this.#port.write(Buffer.from(encodeSerialFrame({ type: reply, id, payload: reason })));
      }
    });
  }

  noise(text: string): void {
    this.#port.write(Buffer.from(text));
  }

  close(): void {
    if (this.#port.isOpen) this.#port.close(() => {});
  }
}

const socats: ChildProcess[] = [];

/** A pair of pseudo-terminals. */
async function terminals(dir: TempDir) {
  const [hubEnd, otherEnd] = [dir.file('hub'), dir.file('gateway')];
  const child = spawn('socat', [`PTY,raw,echo=0,link=${hubEnd}`, `PTY,raw,echo=0,link=${otherEnd}`]);
  socats.push(child);
  await until('the pseudo-terminals', () => existsSync(hubEnd) && existsSync(otherEnd));
  return { hubEnd, otherEnd, child };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

afterEach(async () => {
  await Promise.all(socats.splice(0).map(end));
});

function hubOn(path: string, repeatAfter = millis(2_000)): Hub {
  const clock = new SystemClock();
  return new Hub({
    id: 'h1',
    firmware: 'twin-1',
    pumps: [{ id: 'p1', model: 'infusomat-space', serial: 's1' }],
    transport: new SerialTransport({ path, baud: 115_200, clock, repeatAfter }),
    clock,
    random: seededRandom(1),
    newBoot: () => 'boot-1',
  });
}

describe('a hub behind a serial line', () => {
  it('says online and sends its readings, hub and pump named in each', async () => {
    using dir = new TempDir();
    const { hubEnd, otherEnd } = await terminals(dir);
    const other = new OtherEnd(otherEnd, () => 'A');
    const hub = hubOn(hubEnd);
    for (let i = 0; i < 1_200; i += 1) hub.record('p1', { state: 'infusing', rateMlH: 10, alarms: [] });
    hub.start();
    await until('all to be acknowledged', () => hub.waiting === 0);
    const [status, ...readings] = other.frames;
    expect([status?.type, JSON.parse(status?.text ?? '')]).toMatchObject([
      'S',
      { hub: 'h1', state: 'online', boot: 'boot-1' },
    ]);
    expect(readings.map(({ type }) => type)).toEqual(['R', 'R', 'R']);
    const bodies = readings.map(({ text }) => JSON.parse(text));
    expect(bodies[0]).toMatchObject({ hub: 'h1', pump: 'p1', boot: 'boot-1' });
    expect(bodies.flatMap((body) => body.readings.map(({ seq }: { seq: number }) => seq))).toEqual(
      Array.from({ length: 1_200 }, (_, i) => i),
    );
    await hub.stop();
    expect(JSON.parse(other.frames.at(-1)?.text ?? '')).toMatchObject({ state: 'offline' });
    other.close();
  });

  it('repeats a frame, with the same id, until it is acknowledged; a refusal and noise change nothing', async () => {
    using dir = new TempDir();
    const { hubEnd, otherEnd } = await terminals(dir);
    // Status at once; then silence, a refusal, and only then the acknowledgement.
    const answers: (SerialFrameType | undefined)[] = ['A', undefined, 'N', 'A'];
    const other = new OtherEnd(otherEnd, (nth) => answers[nth - 1]);
    const hub = hubOn(hubEnd, millis(200));
    hub.start();
    await until('the hub to be online', () => hub.online);
    other.noise('AT+RING\r\n');
    hub.record('p1', { state: 'infusing', alarms: [] });
    await until('the acknowledgement', () => hub.waiting === 0);
    const [, ...sent] = other.frames;
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ type, id, text }) => `${type} ${id} ${text}`)).size).toBe(1);
    hub.cut();
    other.close();
  });

  it('keeps its readings while the line is gone, and sends them when it is back', async () => {
    using dir = new TempDir();
    const first = await terminals(dir);
    const hub = hubOn(first.hubEnd);
    const before = new OtherEnd(first.otherEnd, () => 'A');
    hub.start();
    await until('the hub to be online', () => hub.online);
    before.close();
    await end(first.child);
    await until('the hub to notice', () => !hub.online);
    hub.record('p1', { state: 'infusing', alarms: [] });
    expect(hub.waiting).toBe(1);
    const second = await terminals(dir);
    const after = new OtherEnd(second.otherEnd, () => 'A');
    await until('the kept reading', () => hub.waiting === 0);
    expect(after.frames.map(({ type }) => type)).toEqual(['S', 'R']);
    hub.cut();
    after.close();
  });
});
