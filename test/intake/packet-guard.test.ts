import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { guardSocket, type OversizePacket, PacketBorders } from '#intake/packet-guard.ts';

const publish = (topic: string, size: number): Buffer =>
  generate({ cmd: 'publish', topic, payload: Buffer.alloc(size), qos: 1, messageId: 7, dup: false, retain: false });

const ping = generate({ cmd: 'pingreq' });

/** Feeds bytes in chunks cut at the given places; answers what was found, and in which chunk. */
function feed(bytes: Buffer, cuts: readonly number[], maxBytes: number): OversizePacket | null {
  const borders = new PacketBorders(maxBytes);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    const found = borders.scan(bytes.subarray(from, to));
    if (found) return found;
    from = to;
  }
  return null;
}

describe('packet borders', () => {
  it('finds the packet that announces too much, wherever the stream is cut', () => {
    const packets = fc.array(fc.record({ size: fc.nat(400), ping: fc.boolean() }), { maxLength: 12 });
    fc.assert(
      fc.property(packets, fc.array(fc.nat(5_000), { maxLength: 40 }), (list, cuts) => {
        const bytes = Buffer.concat(list.map(({ size, ping: isPing }) => (isPing ? ping : publish('a/b', size))));
        const lengths = list.map(({ size, ping: isPing }) => (isPing ? 0 : size + 7));
        const expected = lengths.find((length) => length > 200) ?? null;
        expect(feed(bytes, cuts, 200)?.declaredBytes ?? null).toBe(expected);
      }),
    );
  });

  it('names the topic when it has arrived', () => {
    expect(feed(publish('infusion/v1/h/p/readings', 300), [], 200)).toEqual({
      declaredBytes: 328,
      topic: 'infusion/v1/h/p/readings',
    });
  });

  it('knows by the header alone: four bytes of a packet of 256 MiB are enough', () => {
    expect(feed(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f), [], 262_144)).toEqual({
      declaredBytes: 268_435_455,
      topic: '',
    });
  });
});

class PushedSocket extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

describe('a guarded socket', () => {
  it('hands on what is in bounds and is destroyed by what is not', () => {
    const socket = new PushedSocket();
    const oversize: OversizePacket[] = [];
    guardSocket(socket, {
      maxPacketBytes: 100,
      onOversize: (packet) => oversize.push(packet),
      hasRoom: () => true,
      onceRoom: () => {},
    });
    socket.push(publish('a/b', 50));
    expect(socket.read()).toEqual(publish('a/b', 50));
    socket.push(publish('a/b', 500));
    expect(socket.read()).toBeNull();
    expect(oversize).toEqual([{ declaredBytes: 507, topic: 'a/b' }]);
    expect(socket.destroyed).toBe(true);
  });

  it('reads nothing while there is no room, and goes on when there is', () => {
    const socket = new PushedSocket();
    let room = false;
    let resume: (() => void) | undefined;
    let readable = 0;
    guardSocket(socket, {
      maxPacketBytes: 100,
      onOversize: () => {},
      hasRoom: () => room,
      onceRoom: (call) => {
        resume = call;
      },
    });
    socket.on('readable', () => {
      readable += 1;
    });
    socket.push(ping);
    expect(socket.read()).toBeNull();
    expect(socket.read()).toBeNull();
    room = true;
    resume?.();
    expect(readable).toBeGreaterThan(0);
    expect(socket.read()).toEqual(ping);
  });
});
