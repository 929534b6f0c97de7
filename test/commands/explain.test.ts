import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { GatewayProcess } from '#support/gateway-process.ts';
import { alertsOf } from '#support/gateway-truth.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

it('tells how an alert came about, beside a running gateway and without one, and makes it again from the journal', async () => {
  using dir = new TempDir();
  const gateway = await GatewayProcess.start(dir.path);
  const explain = (...args: string[]) =>
    run(join(root, 'bin/infusion-gateway'), ['explain', ...args], {
      env: { ...process.env, INFUSION_DATA_DIR: dir.path },
    });
  try {
    const token = await gateway.token('nurse');
    const hub = await mqtt.connectAsync(gateway.mqttUrl);
    const now = Date.now();
    const readings = [
      { seq: 0, at: now - 1_000, state: 'infusing', rate_ml_h: 9, alarms: [] },
      { seq: 1, at: now, state: 'infusing', rate_ml_h: 9, pressure_mmhg: 510, alarms: ['occlusion-downstream'] },
    ];
    await hub.publishAsync('infusion/v1/home-7/pump-a/readings', JSON.stringify({ boot: 'b1', readings }), { qos: 1 });
    await until('the alert', async () => (await alertsOf(gateway, token, 'open')).length === 1);
    const [alert] = await alertsOf(gateway, token, 'open');
    const id = alert?.id ?? '';
    const acted = await fetch(`${gateway.httpUrl}/api/v1/alerts/${id}/ack`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ version: alert?.version, note: 'calling now' }),
    });
    expect(acted.status).toBe(200);

    const beside = JSON.parse((await explain(id, '--json', '--recompute')).stdout);
    expect(beside).toMatchObject({
      alert: { id, response: 'acknowledged' },
      rule: { source: 'pump', mdcCode: 197_360 },
      evidence: [{ kind: 'reading', hub: 'home-7', pump: 'pump-a' }],
      recomputed: { same: true, why: null },
    });
    expect(JSON.parse(beside.evidence[0].told)).toMatchObject({ seq: 1, pressure_mmhg: 510 });
    expect(beside.timeline.map(({ kind }: { kind: string }) => kind)).toEqual(['opened', 'paged', 'acknowledged']);
    expect(beside.pages.map(({ kind }: { kind: string }) => kind)).toEqual(['page', 'taken']);
    const api = await gateway.api<Record<string, unknown>>(token, `/alerts/${id}`);
    expect(api).toMatchObject({ rule: beside.rule, evidence: beside.evidence, pages: beside.pages });

    await hub.endAsync();
    await gateway.stop();
    const { stdout } = await explain(id, '--recompute');
    expect(stdout).toContain('Line blocked between pump and patient');
    expect(stdout).toContain('the pump declared it, IEEE 11073 code 197360');
    expect(stdout).toContain('calling now');
    expect(stdout).toContain('Step 0: primary paged by push, sms');
    expect(stdout).toContain('Recomputed from the journal: the same.');
    await expect(explain('nothing')).rejects.toMatchObject({ code: 2 });
  } finally {
    await gateway.kill();
  }
}, 60_000);
