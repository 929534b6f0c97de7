import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { GatewayProcess } from '#support/gateway-process.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

it('a gap in the sequence is asked for, and is closed when the hub sends it', async () => {
  using dir = new TempDir();
  const gateway = await GatewayProcess.start(dir.path);
  const token = await gateway.token();
  const hub = await connectAsync(gateway.mqttUrl);
  const commands: unknown[] = [];
  hub.on('message', (_topic, bytes) => commands.push(JSON.parse(bytes.toString())));
  await hub.subscribeAsync('infusion/v1/hub-1/command', { qos: 1 });
  const send = (...seqs: number[]) => {
    const readings = seqs.map((seq) => ({ seq, at: Date.now(), state: 'infusing' }));
    return hub.publishAsync('infusion/v1/hub-1/pump-1/readings', JSON.stringify({ boot: 'boot-1', readings }), {
      qos: 1,
    });
  };
  const gaps = async () => (await gateway.api<{ gaps: unknown[] }>(token, '/pumps/pump-1')).gaps;
  await send(0, 1, 5, 6);
  await until('the gap', async () => (await gaps()).length === 1);
  await until('the command', () => commands.length > 0, 30_000);
  expect(commands).toEqual([{ type: 'resend', pump: 'pump-1', boot: 'boot-1', from: 2, to: 4 }]);
  await send(2, 3, 4);
  await until('the gap closed', async () => (await gaps()).length === 0);
  await hub.endAsync();
  expect(await gateway.stop()).toBe(0);
}, 60_000);
