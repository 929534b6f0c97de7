import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, requireConfig } from '#gateway/config/load.ts';
import { TempDir } from '#support/temp-dir.ts';

let dir: TempDir;
beforeEach(() => {
  dir = new TempDir();
});
afterEach(() => dir[Symbol.dispose]());

const file = (name: string, text: string): string => {
  writeFileSync(dir.file(name), text);
  return dir.file(name);
};

const config = (path: string | undefined, environment: Record<string, string> = {}) => {
  const result = loadConfig(path, environment);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
};

const problems = (path: string | undefined, environment: Record<string, string> = {}): string[] => {
  const result = loadConfig(path, environment);
  return result.ok ? [] : result.problems.map(({ where, problem, mend }) => `${where}: ${problem}. ${mend}`);
};

describe('configuration', () => {
  it('has the defaults of the contract', () => {
    expect(config(undefined)).toMatchObject({
      dataDir: './data',
      logLevel: 'info',
      http: { host: '127.0.0.1', port: 8080 },
      mqtt: { host: '127.0.0.1', port: 1883 },
      influx: {},
    });
  });

  it('comes from TOML or JSON, and variables win', () => {
    const toml = file('a.toml', 'logLevel = "warn"\n[http]\nport = 9000\n[mqtt]\nport = 2000\n');
    const json = file('a.json', '{"logLevel":"warn","http":{"port":9000},"mqtt":{"port":2000}}');
    for (const path of [toml, json]) {
      expect(config(path, { INFUSION_HTTP_PORT: '9001', UNRELATED: 'x' })).toMatchObject({
        logLevel: 'warn',
        http: { host: '127.0.0.1', port: 9001 },
        mqtt: { port: 2000 },
      });
    }
  });

  it('takes secrets from files', () => {
    const secret = file('token', 'very secret\n');
    const influx = {
      INFUSION_INFLUX_URL: 'http://127.0.0.1:8086',
      INFUSION_INFLUX_ORG: 'o',
      INFUSION_INFLUX_BUCKET: 'b',
    };
    expect(config(undefined, { ...influx, INFUSION_INFLUX_TOKEN_FILE: secret }).influx.token).toBe('very secret');
    expect(problems(undefined, { ...influx, INFUSION_INFLUX_TOKEN_FILE: dir.file('none') })[0]).toMatch(
      /^INFUSION_INFLUX_TOKEN_FILE: ENOENT.*Name a file/,
    );
  });

  it('names every problem at once', () => {
    const path = file('bad.toml', 'colour = "red"\nlogLevel = "loud"\n[http]\nport = 99999\n[mqtt]\nhots = "x"\n');
    const found = problems(path, { INFUSION_MQTT_PROT: '1', INFUSION_MQTT_PORT: 'many' }).join('\n');
    for (const part of ['colour', 'logLevel', 'http.port', 'mqtt.hots', 'INFUSION_MQTT_PROT', 'mqtt.port']) {
      expect(found).toContain(part);
    }
    expect(() => requireConfig(path, {})).toThrowError(expect.objectContaining({ code: 'config-invalid' }));
  });

  it.each([['no such file', { INFUSION_DATA_DIR: 'x' }, /ENOENT/]])('%s', (_name, environment, pattern) => {
    expect(problems(dir.file('missing.toml'), environment).join()).toMatch(pattern);
  });

  it.each([
    ['plain HTTP for all', { INFUSION_HTTP_HOST: '0.0.0.0' }, 'INFUSION_HTTP_HOST'],
    ['plain MQTT for all', { INFUSION_MQTT_HOST: '192.0.2.1', INFUSION_ENROLMENT: 'closed' }, 'INFUSION_MQTT_HOST'],
    ['open enrolment for all', { INFUSION_MQTT_HOST: '::', INFUSION_ENROLMENT: 'open' }, 'INFUSION_ENROLMENT'],
    ['an outside broker without TLS', { INFUSION_MQTT_URL: 'mqtt://broker.example:1883' }, 'INFUSION_MQTT_URL'],
    ['traces in the clear', { INFUSION_TRACES_URL: 'http://collector.example/v1/traces' }, 'INFUSION_TRACES_URL'],
    ['no collector', { INFUSION_TRACES_URL: 'collector:4318' }, 'INFUSION_TRACES_URL'],
    ['no broker address', { INFUSION_MQTT_URL: 'broker' }, 'INFUSION_MQTT_URL'],
    ['a certificate alone', { INFUSION_MQTT_URL: 'mqtts://b.example', INFUSION_MQTT_CERT: 'c' }, 'INFUSION_MQTT_CERT'],
    ['InfluxDB without a place', { INFUSION_INFLUX_URL: 'http://127.0.0.1:8086' }, 'INFUSION_INFLUX_URL'],
    [
      'both InfluxDBs',
      { INFUSION_INFLUX_URL: 'http://127.0.0.1:8086', INFUSION_INFLUX_DATABASE: 'd', INFUSION_INFLUX_ORG: 'o' },
      'INFUSION_INFLUX_URL',
    ],
    [
      'half of InfluxDB 2',
      { INFUSION_INFLUX_URL: 'http://127.0.0.1:8086', INFUSION_INFLUX_ORG: 'o' },
      'INFUSION_INFLUX_URL',
    ],
    ['InfluxDB without an address', { INFUSION_INFLUX_DATABASE: 'd' }, 'INFUSION_INFLUX_URL'],
    ['a serial line that is neither device nor address', { INFUSION_SERIAL_PATHS: 'ttyUSB0' }, 'INFUSION_SERIAL_PATHS'],
    ['a serial address without a port', { INFUSION_SERIAL_PATHS: 'tcp://127.0.0.1' }, 'INFUSION_SERIAL_PATHS'],
    ['a serial line across the network', { INFUSION_SERIAL_PATHS: 'tcp://192.0.2.1:4000' }, 'INFUSION_SERIAL_PATHS'],
    ['a serial line twice', { INFUSION_SERIAL_PATHS: '/dev/ttyS0, /dev/ttyS0' }, 'INFUSION_SERIAL_PATHS'],
    ['a speed that is none', { INFUSION_SERIAL_BAUD: 'fast' }, 'serial.baud (INFUSION_SERIAL_BAUD)'],
  ])('refuses %s', (_name, environment, where) => {
    const found = problems(undefined, environment);
    expect(found.map((line) => line.split(':')[0])).toContain(where);
  });

  it('takes several serial lines, from a variable or a file', () => {
    const paths = ['/dev/ttyUSB0', 'tcp://127.0.0.1:4000', 'tcp://[::1]:4001'];
    expect(config(undefined, { INFUSION_SERIAL_PATHS: paths.join(', ') }).serial).toEqual({ paths, baud: 115_200 });
    const path = file('serial.toml', `[serial]\npaths = ${JSON.stringify(paths)}\nbaud = 9600\n`);
    expect(config(path).serial).toEqual({ paths, baud: 9_600 });
    expect(config(undefined).serial.paths).toEqual([]);
  });

  it('lets a proxy carry TLS for it', () => {
    expect(problems(undefined, { INFUSION_HTTP_HOST: '0.0.0.0', INFUSION_HTTP_BEHIND_PROXY: 'true' })).toEqual([]);
  });
});
