import { hostname } from 'node:os';
import type { Admission } from '#intake/admission.ts';
import { MqttLink, type MqttLinkOptions } from '#intake/mqtt-link.ts';
import { MqttServer, type MqttServerOptions } from '#intake/mqtt-server.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { enrolmentOf } from './config/cross-checks.ts';
import type { Config } from './config/schema.ts';
import { pem } from './pem.ts';

/** The doors that hubs come in by: the embedded broker, or connections to an outside one. */
export interface Intake {
  /** Answers the address for people. @throws GatewayError `port-in-use` */
  open(): Promise<string>;
  close(): Promise<void>;
  connections(): number;
  /** Publishes to a hub's command topic. */
  send(topic: string, payload: string): void;
  /** Publishes what stays at the broker, such as what a home hub is to show. */
  keep(topic: string, payload: string): Promise<void>;
  /** Why hubs cannot be heard now, or null. */
  problem(): string | null;
}

export function openIntake(
  config: Config,
  doors: Pick<MqttServerOptions, 'hubs' | 'tls'>,
  admission: Admission,
  clock: Clock,
  random: Random,
  log: Logger,
): Intake {
  const { mqtt } = config;
  return mqtt.url === undefined
    ? embeddedBroker(config, doors, admission, clock, log)
    : outsideBroker({ ...mqtt, url: mqtt.url }, admission, clock, random, log);
}

function embeddedBroker(
  config: Config,
  doors: Pick<MqttServerOptions, 'hubs' | 'tls'>,
  admission: Admission,
  clock: Clock,
  log: Logger,
): Intake {
  const { host, port } = config.mqtt;
  const server = new MqttServer(admission, clock, log, {
    host,
    port,
    enrolment: enrolmentOf(config),
    ...doors,
  });
  return {
    open: async () => `${doors.tls ? 'mqtts' : 'mqtt'}://${host}:${await server.listen()}`,
    close: () => server.close(),
    connections: () => server.stats.connections,
    send: (topic, payload) => server.send(topic, payload),
    keep: (topic, payload) => server.keep(topic, payload),
    problem: () => null,
  };
}

function outsideBroker(
  mqtt: Config['mqtt'] & { readonly url: string },
  admission: Admission,
  clock: Clock,
  random: Random,
  log: Logger,
): Intake {
  const { url, username, password, ca, cert, key, shares, version } = mqtt;
  const options: Omit<MqttLinkOptions, 'clientId'> = {
    url,
    protocolVersion: version,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca: pem(ca) }),
    ...(cert !== undefined && { cert: pem(cert) }),
    ...(key !== undefined && { key: pem(key) }),
    ...(shares > 1 && { shareGroup: 'infusion-gateway' }),
  };
  const links = Array.from({ length: shares }, (_, i) => {
    const clientId = `infusion-gateway-${hostname()}-${i}`;
    return new MqttLink(admission, clock, random, log, { ...options, clientId });
  });
  return {
    open: async () => {
      for (const link of links) link.open();
      return url;
    },
    close: async () => {
      await Promise.all(links.map((link) => link.close()));
    },
    connections: () => links.filter((link) => link.connected).length,
    send: (topic, payload) => links.find((link) => link.connected)?.send(topic, payload),
    keep: async (topic, payload) => {
      const link = links.find((one) => one.connected) ?? links[0];
      await link?.keep(topic, payload);
    },
    problem: () => (links.every((link) => link.connected) ? null : 'the outside broker is not connected'),
  };
}
