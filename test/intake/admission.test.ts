import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Admission } from '#intake/admission.ts';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { message, reading, readingsMessage, T0 } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';

const one = (seq: number) => readingsMessage('hub', 'pump', 'boot', [reading(seq)]);

describe('admission', () => {
  let disk: HeldJournal;
  let clock: VirtualClock;
  let committed: number[];
  let admission: Admission;
  let settled: string[];

  beforeEach(() => {
    disk = new HeldJournal();
    clock = new VirtualClock(T0);
    committed = [];
    settled = [];
    admission = new Admission(disk, clock, (result) => committed.push(result.lastOffset), {
      maxWaitingBytes: 2_000,
      maxBatchMessages: 1_000,
    });
  });

  const submit = (seq: number) =>
    admission.submit(one(seq), (error, refused) =>
      settled.push(`${seq} ${error?.code ?? 'ok'}${refused ? ' refused' : ''}`),
    );

  it('says stored only after the commit', async () => {
    disk.held = true;
    submit(0);
    await turn();
    expect(settled).toEqual([]);
    expect(disk.journal.lastOffset()).toBe(0);
    disk.release();
    await admission.drained();
    expect(settled).toEqual(['0 ok']);
    expect(disk.journal.lastOffset()).toBe(1);
    expect(committed).toEqual([1]);
  });

  it('commits whatever waited while the disk was busy as one group', async () => {
    disk.held = true;
    for (let seq = 0; seq < 3; seq += 1) submit(seq);
    await turn();
    for (let seq = 3; seq < 9; seq += 1) submit(seq);
    await turn();
    expect(disk.batches).toEqual([3]);
    disk.held = false;
    disk.release();
    await admission.drained();
    expect(disk.batches).toEqual([3, 6]);
    expect(settled).toHaveLength(9);
  });

  it('tells which messages were refused whole, and settles them as stored', async () => {
    submit(0);
    admission.submit(message('infusion/v1/hub/pump/readings', 'rubbish'), (error, refused) =>
      settled.push(`rubbish ${error === null} ${refused}`),
    );
    await admission.drained();
    expect(settled).toEqual(['0 ok', 'rubbish true true']);
  });

  it('stores nothing and acknowledges nothing while the disk refuses, and mends itself', async () => {
    disk.broken = true;
    submit(0);
    await admission.drained();
    expect(settled).toEqual(['0 storage-refused']);
    expect(admission.problem?.code).toBe('storage-refused');
    submit(1);
    expect(settled).toEqual(['0 storage-refused', '1 storage-refused']);
    expect(disk.batches).toEqual([1]);
    await clock.advance(seconds(5));
    expect(admission.problem).not.toBeNull();
    disk.broken = false;
    await clock.advance(seconds(1));
    expect(admission.problem).toBeNull();
    submit(1);
    await admission.drained();
    expect(settled.at(-1)).toBe('1 ok');
    expect(disk.journal.lastOffset()).toBe(1);
  });

  it('asks its edges to wait above the limit, and calls them when there is room', async () => {
    disk.held = true;
    expect(admission.hasRoom()).toBe(true);
    for (let seq = 0; seq < 10; seq += 1) submit(seq);
    expect(admission.hasRoom()).toBe(false);
    let resumed = 0;
    admission.onceRoom(() => {
      resumed += 1;
    });
    await turn();
    expect(resumed).toBe(0);
    disk.held = false;
    disk.release();
    await admission.drained();
    expect(resumed).toBe(1);
    expect(admission.hasRoom()).toBe(true);
    expect(admission.waitingBytes).toBe(0);
  });
});
