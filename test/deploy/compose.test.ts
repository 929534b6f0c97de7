import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '#gateway/config/load.ts';
import { configDefaults, configVariables } from '#gateway/config/schema.ts';
import { parseStory } from '#simulator/story.ts';
import { findServer } from '#support/find-server.ts';
import manifest from '../../package.json' with { type: 'json' };
import { readCompose, root, serviceOf } from './compose-file.ts';
import { MadeSecrets } from './made-secrets.ts';

const compose = readCompose();
const services = Object.entries(compose.services);
const gateway = serviceOf('gateway');

it('is understood by docker-compose, which needs no engine for that', () => {
  const file = join(root, 'docker-compose.yml');
  const text = execFileSync(findServer('docker-compose'), ['-f', file, 'config'], { encoding: 'utf8', stdio: 'pipe' });
  expect(Object.keys(parse(text).services).sort()).toEqual(services.map(([name]) => name).sort());
});

describe.each(services)('service %s', (name, service) => {
  it('has an image pinned to one version', () => {
    expect(service.image).toMatch(/^[a-z0-9./-]+:v?\d+\.\d+\.\d+$/);
    if (service.build !== undefined) expect(service.image).toBe(`infusion-gateway:${manifest.version}`);
  });

  it('runs as a user who is not root, without capabilities, and gains none', () => {
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('names folders, volumes, networks and secrets that exist', () => {
    for (const mount of service.volumes ?? []) {
      const [from = '', to = ''] = mount.split(':');
      expect(to).toMatch(/^\//);
      if (from.startsWith('./')) {
        expect(existsSync(join(root, from)), from).toBe(true);
        expect(mount, 'files of the checkout are only read').toMatch(/:ro$/);
      } else expect(compose.volumes).toHaveProperty(from);
    }
    for (const network of service.networks) expect(compose.networks).toHaveProperty(network);
    for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty(secret);
  });

  it('reads only secrets that it is given', () => {
    const text = JSON.stringify({ ...service, secrets: [] });
    for (const [, secret = ''] of text.matchAll(/\/run\/secrets\/([\w-]+)/g)) expect(service.secrets).toContain(secret);
  });

  it('holds no password: what is secret comes by a file', () => {
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (/PASSWORD|TOKEN|SECRET/.test(variable))
        expect(`${variable}=${value}`).toMatch(/_FILE=\/(run\/secrets|var\/lib)\//);
    }
  });

  it('opens ports to this machine alone', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^(127\.0\.0\.1|\$\{\w+:-127\.0\.0\.1\}):\d+:\d+$/);
  });

  it('waits for services that are there, in a state they can reach', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const target = serviceOf(other);
      if (condition === 'service_healthy') expect(target.healthcheck?.disable ?? false, other).toBe(false);
      else expect(target.restart, other).toBe('on-failure');
      expect(
        service.networks.some((network) => target.networks.includes(network)),
        other,
      ).toBe(true);
    }
  });

  it('is watched, by the image or by itself, unless it only passes by or speaks for nobody else', () => {
    if (service.build === undefined) expect(service.healthcheck?.test?.[0]).toBe('CMD');
    else expect(service.healthcheck?.disable ?? false).toBe(name !== 'gateway');
  });
});

describe('the gateway', () => {
  const settings = Object.entries(gateway.environment ?? {});

  it('is given only settings that it knows', () => {
    for (const service of ['gateway', 'influxdb-access']) {
      for (const variable of Object.keys(serviceOf(service).environment ?? {})) {
        expect(configVariables).toHaveProperty(variable.replace(/_FILE$/, ''));
      }
    }
  });

  it('has a configuration without a problem', () => {
    using secrets = new MadeSecrets();
    const environment = Object.fromEntries(
      settings.map(([name, value]) => [
        name,
        name.endsWith('_FILE') ? secrets.file('gateway-mqtt-password') : String(value),
      ]),
    );
    const result = loadConfig(undefined, environment);
    expect(result).toMatchObject({
      ok: true,
      config: { mqtt: { username: 'infusion-gateway' }, influx: { bucket: 'infusion' } },
    });
  });

  it('has a root that cannot be written, and a folder for what is passing', () => {
    expect(gateway).toMatchObject({ read_only: true, tmpfs: ['/tmp'] });
    expect(gateway.volumes).toContain('gateway-data:/var/lib/infusion');
  });

  it('keeps its name at the broker when the container is made anew', () => {
    expect(gateway.hostname).toBeTruthy();
  });
});

describe('ports and names fit together', () => {
  const environment = (service: string) => serviceOf(service).environment ?? {};
  const inner = (service: string): number[] =>
    (serviceOf(service).ports ?? []).map((port) => Number(port.split(':').at(-1)));
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');

  it('the console', () => {
    expect(inner('gateway')).toEqual([environment('gateway')['INFUSION_HTTP_PORT']]);
    expect(environment('gateway')['INFUSION_HTTP_PORT']).toBe(configDefaults.http.port);
  });

  it('the broker', () => {
    const [, port] = /^listener (\d+)/m.exec(read('deploy/mosquitto/mosquitto.conf')) ?? [];
    expect(inner('mosquitto')).toEqual([Number(port)]);
    expect(environment('gateway')['INFUSION_MQTT_URL']).toBe(`mqtts://mosquitto:${port}`);
    expect(serviceOf('simulator').command?.at(-1)).toContain(`mqtts://mosquitto:${port}`);
    expect(read('deploy/mosquitto/acl')).toContain(`user ${environment('gateway')['INFUSION_MQTT_USERNAME']}\n`);
  });

  it('the series: one bucket under one name, for the gateway, its token and Grafana', () => {
    const { DOCKER_INFLUXDB_INIT_ORG: org, DOCKER_INFLUXDB_INIT_BUCKET: bucket } = environment('influxdb');
    const names = {
      INFUSION_INFLUX_URL: 'http://influxdb:8086',
      INFUSION_INFLUX_ORG: org,
      INFUSION_INFLUX_BUCKET: bucket,
    };
    expect(environment('gateway')).toMatchObject(names);
    expect(environment('influxdb-access')).toMatchObject(names);
    expect(environment('grafana')).toMatchObject({ INFLUXDB_URL: 'http://influxdb:8086', INFLUXDB_DATABASE: bucket });
    expect(read('deploy/influxdb/10-access.sh')).toContain(`--username ${environment('grafana')['INFLUXDB_USER']} `);
    const tokenFile = String(environment('gateway')['INFUSION_INFLUX_TOKEN_FILE']);
    expect(serviceOf('influxdb-access').command?.at(-1)?.trim()).toMatch(new RegExp(` ${tokenFile}$`));
  });

  it('the metrics', () => {
    const { scrape_configs }: { scrape_configs: { static_configs: { targets: string[] }[] }[] } = parse(
      read('deploy/prometheus/prometheus.yml'),
    );
    expect(scrape_configs[0]?.static_configs[0]?.targets).toEqual([`gateway:${inner('gateway')[0]}`]);
  });

  it('every variable of the provisioned sources is set for Grafana, every folder mounted', () => {
    const sources = read('dashboards/grafana/provisioning/datasources/infusion.yaml');
    for (const [, name] of sources.matchAll(/\$([A-Z][A-Z_]+)/g))
      expect(environment('grafana')).toHaveProperty(name ?? '');
    for (const [, secret] of sources.matchAll(/\/run\/secrets\/([\w-]+)/g))
      expect(serviceOf('grafana').secrets).toContain(secret);
    const folder = /path: (\S+)/.exec(read('dashboards/grafana/provisioning/dashboards/infusion.yaml'))?.[1];
    expect(serviceOf('grafana').volumes).toContain(`./dashboards/grafana/dashboards:${folder}:ro`);
    expect(environment('grafana')['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(`${folder}/fleet.json`);
  });

  it('the simulator speaks for the hub that has the account', () => {
    const story = parseStory(read('deploy/simulator/story.json'));
    expect(story.hubs.map(({ id }) => id)).toEqual(['sim-hub-01']);
    expect(serviceOf('simulator').command?.at(-1)).toContain('--username sim-hub-01');
    expect(compose.secrets['simulator-password']?.file).toBe('./deploy/secrets/hubs/sim-hub-01');
    expect(serviceOf('simulator').profiles).toEqual(['simulator']);
  });
});

describe('secrets', () => {
  it('are all made by the script, in a folder that neither git nor the image takes', () => {
    using made = new MadeSecrets();
    for (const { file } of Object.values(compose.secrets)) {
      const path = made.file(file.replace('./deploy/secrets/', ''));
      expect(statSync(path).size, file).toBeGreaterThan(0);
    }
    expect(readFileSync(join(root, 'deploy/.gitignore'), 'utf8')).toContain('secrets/');
    expect(readFileSync(join(root, '.dockerignore'), 'utf8')).toMatch(/^deploy\/secrets$/m);
  });

  it('are all used', () => {
    const used = services.flatMap(([, { secrets }]) => secrets ?? []);
    expect(Object.keys(compose.secrets).filter((name) => !used.includes(name))).toEqual([]);
  });
});

/** Where a compose program happens to be: it finds what only the format's own reader knows. */
function composeProgram(): readonly [string, ...string[]] | undefined {
  const programs = [['docker', 'compose'], ['docker-compose']] as const;
  return programs.find(([program, ...args]) => {
    try {
      execFileSync(program, [...args, 'version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

const program = composeProgram();
it.skipIf(program === undefined)('is taken by the compose program of this machine', () => {
  const [command = '', ...args] = program ?? [];
  execFileSync(command, [...args, '--profile', 'simulator', 'config', '--quiet'], { cwd: root, stdio: 'pipe' });
});
