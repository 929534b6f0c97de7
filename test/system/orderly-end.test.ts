import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GatewayProcess, type GatewayVariables } from '#support/gateway-process.ts';
import { reading } from '#support/hub-messages.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { TempDir } from '#support/temp-dir.ts';

/** SIGTERM ends the gateway with exit status 0, whoever holds on to it. Its keeper would wait for 10 s, and take 1 for a fault. */
let cleanup: AsyncDisposableStack;
let dir: TempDir;
beforeEach(() => {
  cleanup = new AsyncDisposableStack();
  dir = cleanup.use(new TempDir());
});
afterEach(() => cleanup.disposeAsync());

async function started(variables: GatewayVariables = {}): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start(dir.path, variables);
  cleanup.defer(() => gateway.kill());
  return gateway;
}

async function socketTo(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  cleanup.defer(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.defer(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const ends = async (gateway: GatewayProcess): Promise<void> => {
  expect(await gateway.stop(), gateway.errors).toBe(0);
};

it('with two thousand hubs that go on sending, and links that never said who they are', {
  timeout: 60_000,
}, async () => {
  const gateway = await started();
  const HUBS = 2_000;
  const AT_ONCE = 100;
  for (let from = 0; from < HUBS; from += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        const hub = `hub-${from + i}`;
        const link = await RawMqtt.open(gateway.mqttPort);
        cleanup.defer(() => link.cut());
        const payload = JSON.stringify({ state: 'offline', boot: 'b', at: 1_772_323_200_000 });
        link.connect(hub, { will: { topic: `infusion/v1/${hub}/status`, payload } });
        await link.next('connack');
        link.publish(`infusion/v1/${hub}/pump-${hub}/readings`, JSON.stringify({ boot: hub, readings: [reading(0)] }));
      }),
    );
  }
  for (let i = 0; i < 20; i += 1) await socketTo(gateway.mqttPort);
  await ends(gateway);
});

it('with callers that do not end their request, and readers of live events', async () => {
  const gateway = await started();
  const token = await gateway.token();
  await socketTo(gateway.httpPort);
  const slow = await socketTo(gateway.httpPort);
  slow.write(
    'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
  );
  const events = await fetch(`${gateway.httpUrl}/api/v1/events`, { headers: { authorization: `Bearer ${token}` } });
  expect(events.status).toBe(200);
  await ends(gateway);
  await events.body?.cancel().catch(() => {});
});

it('with links that never began their TLS handshake', async () => {
  const gateway = await started({ INFUSION_TLS: 'own', INFUSION_TLS_NAMES: '127.0.0.1' });
  for (const port of [gateway.mqttPort, gateway.httpPort]) for (let i = 0; i < 3; i += 1) await socketTo(port);
  await ends(gateway);
});

it('with a store for series and a mail server that never answer', async () => {
  const port = await silentServer();
  const gateway = await started({
    INFUSION_INFLUX_URL: `http://127.0.0.1:${port}`,
    INFUSION_INFLUX_DATABASE: 'infusion',
    INFUSION_SMTP_URL: `smtp://127.0.0.1:${port}`,
    INFUSION_SMTP_FROM: 'gateway@example.org',
  });
  await ends(gateway);
});

it('with an outside broker that never answers, or is not there', { timeout: 40_000 }, async () => {
  const silent = await silentServer();
  const gateway = await started({ INFUSION_MQTT_URL: `mqtt://127.0.0.1:${silent}` });
  await ends(gateway);
  const alone = await started({ INFUSION_MQTT_URL: 'mqtt://127.0.0.1:1' });
  await ends(alone);
});
