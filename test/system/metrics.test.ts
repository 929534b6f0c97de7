import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { addApiMetrics } from '#api/api-metrics.ts';
import { GatewayMetrics } from '#gateway/gateway-metrics.ts';
import { addSerialMetrics } from '#gateway/serial-metrics.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');

let frames: number;
let metrics: GatewayMetrics;
beforeEach(() => {
  frames = 3;
  metrics = new GatewayMetrics({
    connections: () => 1,
    waitingMessages: () => 2,
    waitingBytes: () => 3,
    journalBytes: () => 4,
    seriesLagPoints: () => 5,
    seriesLagSeconds: () => 6,
    lastBackupSeconds: () => 7,
    ready: () => true,
  });
  addSerialMetrics(metrics.registry, () => [
    { port: '/dev/ttyS0', state: 'open', problem: null, lastFrameAt: null, frames, openings: 1, discardedBytes: 7 },
  ]);
  addApiMetrics(Fastify(), metrics.registry, () => 0);
});

interface Told {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** What a scrape tells of our own. */
async function told(): Promise<Told[]> {
  const text = await metrics.registry.metrics();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  return [...text.matchAll(/^# HELP (infusion_\S+) (.+)$/gm)].map(([, name = '', help = '']) => ({
    name,
    help,
    type: types.get(name) ?? '',
  }));
}

const sample = async (name: string): Promise<string | undefined> =>
  new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(await metrics.registry.metrics())?.[1];

describe('the figures of /metrics', () => {
  it('are those of docs/metrics.md, by name, kind and words', async () => {
    const rows = [...page.matchAll(/^\| `(infusion_\w+)` \| (\w+) \| (?:.*?) \| (.+) \|$/gm)].map(
      ([, name, type, help]) => ({ name, help, type }),
    );
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.sort(byName)).toEqual((await told()).sort(byName));
  });

  it('keep to the names of Prometheus: what only grows ends in _total, nothing else does, units are base units', async () => {
    for (const { name, type, help } of await told()) {
      expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
      expect(name).toMatch(/^infusion_[a-z]+(?:_[a-z]+)*$/);
      expect(name).not.toMatch(/_(?:ms|millis|milliseconds|minutes|hours|kb|mb|percent|count|sum|bucket|info)(?:_|$)/);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
    }
  });

  it('of a serial line say what the line counted, as often as they are asked', async () => {
    expect(await sample('infusion_serial_frames_total')).toBe('3');
    expect(await sample('infusion_serial_frames_total')).toBe('3');
    frames = 8;
    expect(await sample('infusion_serial_frames_total')).toBe('8');
    expect(await sample('infusion_serial_open')).toBe('1');
  });
});

const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }): number =>
  (a.name ?? '') < (b.name ?? '') ? -1 : 1;
