import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import { freePort } from '#support/free-port.ts';
import { Mosquitto } from '#support/mosquitto.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const BIN = new URL('../../bin/pump-sim', import.meta.url).pathname;

function pumpSim(...args: string[]) {
  const child = spawn(BIN, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    said.out += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said.err += bytes.toString();
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, code };
}

async function finished(...args: string[]) {
  const { said, code } = pumpSim(...args);
  return { code: await code, ...said };
}

describe('pump-sim', () => {
  it('prints an occlusion trial in the form others read', async () => {
    const { code, out } = await finished(
      'occlusion',
      '--model',
      'infusomat-space',
      '--rate',
      '100',
      '--limit',
      '900',
      '--json',
    );
    expect(code).toBe(0);
    const trial = JSON.parse(out);
    expect(Object.keys(trial)).toEqual([
      'model',
      'rate_ml_h',
      'limit_mmhg',
      'time_to_alarm_s',
      'pumped_ml',
      'released_bolus_ml',
    ]);
    expect(trial).toMatchObject({ model: 'infusomat-space', rate_ml_h: 100, limit_mmhg: 900 });
    expect(Math.abs(trial.time_to_alarm_s - 24)).toBeLessThan(1);
    const slow = await finished('occlusion', '--model', 'infusomat-space', '--rate', '0.1', '--limit', '900', '--json');
    expect(JSON.parse(slow.out).time_to_alarm_s).toBeNull();
  });

  it('takes the limit as a level, and waits as long as asked', async () => {
    const trial = async (...args: string[]) => JSON.parse((await finished('occlusion', '--json', ...args)).out);
    const level = await trial('--model', 'infusomat-space', '--rate', '1', '--level', '5');
    expect(level).toMatchObject({ limit_mmhg: 563, time_to_alarm_s: expect.closeTo(1_540, -2) });
    const slow = ['--model', 'wellion-micro', '--rate', '0.00025'];
    expect((await trial(...slow)).time_to_alarm_s).toBeNull();
    expect((await trial(...slow, '--within', '7d')).time_to_alarm_s).toBeCloseTo(360_000, -3);
  });

  it('runs at once into files, the same bytes each time, in a form that detectors read', async () => {
    using dir = new TempDir();
    const run = async (n: number) => {
      const [readings, truth] = [dir.file(`readings-${n}.jsonl`), dir.file(`truth-${n}.jsonl`)];
      const story = ['--story', 'kinked-milrinone', '--duration', '30m', '--seed', '3'];
      const out = ['--start', '2026-01-05T12:00:00Z', '--speed', 'max', '--readings', readings, '--truth', truth];
      expect((await finished('run', ...story, ...out)).code).toBe(0);
      return { readings: readFileSync(readings, 'utf8'), truth: readFileSync(truth, 'utf8') };
    };
    const first = await run(1);
    expect(await run(2)).toEqual(first);
    const lines = first.readings.trim().split('\n');
    expect(lines).toHaveLength(360);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ hub: 'hub-01', pump: 'pump-01', seq: 0, state: 'infusing' });
  });

  it('draws a run', async () => {
    using dir = new TempDir();
    const file = dir.file('run.svg');
    const { code, out } = await finished('plot', '--story', 'one-of-each', '--pump', 'pump-05', '--out', file);
    expect(code).toBe(0);
    expect(out).toMatch(/360 readings of pump-05/);
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg[\s\S]*occlusion-upstream[\s\S]*<\/svg>\n$/);
  });

  it('lists what there is, with sources as JSON', async () => {
    const { code, out } = await finished('list', '--json');
    expect(code).toBe(0);
    const { models } = JSON.parse(out);
    expect(models.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['infusomat-space', 'crono-five', 'syringe-50ml']),
    );
    expect(models[0].maxRateMlH).toMatchObject({ value: 1200, mark: 'found' });
  });

  it.each([
    [['occlusion', '--model', 'nothing', '--rate', '1'], /no pump model 'nothing'/],
    [['occlusion', '--model', 'crono-five', '--rate', '-1'], /greater than 0/],
    [['run', '--connect', 'http://x'], /mqtt:\/\/host:port/],
    [['run', '--duration', '10'], /a unit/],
    [['run', '--story', 'demo', '--hubs', '3'], /--story none/],
    [['run', '--story', '/nowhere/story.json'], /Cannot read/],
    [['fly'], /unknown command/],
    [['occlusion', '--model', 'crono-five', '--rate', '1', '--level', '2'], /has no levels/],
    [['occlusion', '--model', 'infusomat-space', '--rate', '1', '--level', '10'], /levels 1 to 9/],
    [['occlusion', '--model', 'infusomat-space', '--rate', '1', '--level', '1', '--limit', '300'], /not both/],
    [['run', '--speed', 'max', '--duration', '1h'], /--readings or --truth/],
    [['run', '--speed', 'max', '--truth', '/dev/null'], /needs a --duration/],
    [['run', '--story', 'unheard-of'], /no story 'unheard-of'. Known: demo/],
    [['run', '--start', 'yesterday'], /2026-01-05T12:00:00Z/],
    [['plot', '--pump', 'nobody', '--out', '-'], /no pump 'nobody'/],
    [['fleet'], /--pumps/],
  ])('refuses %j in plain words with status 2', async (args, words) => {
    const { code, err } = await finished(...args);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  it('shows help with examples', async () => {
    const { code, out } = await finished('run', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/--pumps-per-hub[\s\S]*Examples:/);
  });

  it('says what to do when nobody listens, and keeps trying until told to stop', async () => {
    const { child, said, code } = pumpSim('run', '--connect', `mqtt://127.0.0.1:${await freePort()}`);
    await until('the complaint', () => /Nothing listens at .*npm start/.test(said.err));
    child.kill('SIGINT');
    expect(await code).toBe(0);
    expect(said.err.trim().split('\n')).toHaveLength(1);
  });
});

describe('pump-sim run on a broker', () => {
  let broker: Mosquitto;
  let watcher: MqttClient;
  const seen: { topic: string; text: string }[] = [];

  beforeAll(async () => {
    broker = await Mosquitto.start();
    watcher = await connectAsync(broker.url, { protocolVersion: 4 });
    watcher.on('message', (topic, payload) => seen.push({ topic, text: payload.toString() }));
    await watcher.subscribeAsync('infusion/v1/#', { qos: 1 });
  });

  afterAll(async () => {
    await watcher.endAsync(true);
    await broker.close();
  });

  it('plays the demo, writes the truth, and leaves every hub offline when told to stop', async () => {
    using dir = new TempDir();
    const truth = dir.file('truth.jsonl');
    const args = ['run', '--connect', broker.url, '--story', 'demo', '--interval', '200ms', '--truth', truth];
    const { child, said, code } = pumpSim(...args);
    await until('readings of every pump', () =>
      ['01', '02', '03', '04', '05', '06'].every((n) =>
        seen.some(({ topic }) => topic.endsWith(`/pump-${n}/readings`)),
      ),
    );
    child.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(said.err).toBe('');
    expect(said.out).toMatch(/hub-01 online/);
    expect(said.out).toMatch(/Stopped\. \d+ readings acknowledged\.\n$/);
    const last = new Map(
      seen.filter(({ topic }) => topic.endsWith('/status')).map(({ topic, text }) => [topic, JSON.parse(text).state]),
    );
    expect([...last.values()]).toEqual(['offline', 'offline', 'offline', 'offline']);
    const lines = readFileSync(truth, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ cause }) => cause === 'story').length).toBeGreaterThanOrEqual(6);
    expect(lines.filter(({ cause }) => cause === 'end')).toHaveLength(6);
  });

  it('loads the broker and tells how much it took', async () => {
    const args = ['--connect', broker.url, '--rate', '400', '--duration', '1s', '--connections', '4', '--json'];
    const { code, out } = await finished('load', ...args);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ unacknowledgedMessages: 0, breaks: 0, latency: { p99Ms: expect.any(Number) } });
    expect(report.acknowledgedMessages).toBeGreaterThan(200);
    const refused = await finished('load', '--connect', `mqtt://127.0.0.1:${await freePort()}`);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('ECONNREFUSED') });
  });

  it.each([
    ['shared connections', ['--pool', '2']],
    ['a connection for each hub', []],
  ])('runs a fleet over %s, shows how it goes, and ends with a summary', async (_name, more) => {
    const prefix = `f${more.length}-`;
    const args = ['--pumps', '60', '--interval', '200ms', '--duration', '2500ms', '--seed', '4', '--prefix', prefix];
    const { code, out, err } = await finished('fleet', '--connect', broker.url, ...args, ...more, '--json');
    expect(code).toBe(0);
    const summary = JSON.parse(out);
    expect(summary).toMatchObject({ pumps: 60, waiting: 0, disconnects: 0 });
    expect(summary.online).toBe(summary.hubs);
    expect(summary.acknowledged).toBe(summary.sent);
    expect(summary.acknowledged).toBeGreaterThan(300);
    expect(JSON.parse(err.trim().split('\n')[0] ?? '')).toMatchObject({ in_flight: expect.any(Number) });
    const pumps = new Set(seen.map(({ topic }) => topic).filter((topic) => topic.includes(`/${prefix}pump-`)));
    expect(pumps.size).toBe(60);
  });

  it('plays a story from a file faster than real time, ending at the present', async () => {
    using dir = new TempDir();
    const file = dir.file('story.json');
    writeFileSync(
      file,
      JSON.stringify({
        title: 'One pump',
        intervalS: 10,
        hubs: [{ id: 'fast-hub', pumps: [{ id: 'fast-pump', model: 'syringe-50ml', serial: '1' }] }],
        events: [{ at: 0, pump: 'fast-pump', event: 'start', therapy: 'milrinone' }],
      }),
    );
    const before = new SystemClock().wall();
    const args = ['--connect', broker.url, '--story', file, '--speed', '1200', '--duration', '30m', '--json'];
    const { code, out } = await finished('run', ...args);
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', waiting: 0, hubs: 1, everOnline: 1 });
    expect(lines.at(-1).acknowledged).toBeGreaterThan(10);
    const times: number[] = seen
      .filter(({ topic }) => topic.endsWith('/fast-pump/readings'))
      .flatMap(({ text }) => JSON.parse(text).readings)
      .map(({ at }) => at);
    expect(Math.max(...times)).toBeLessThanOrEqual(new SystemClock().wall());
    expect(before - Math.min(...times)).toBeGreaterThan(25 * 60_000);
  });
});
