import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHubConfig } from '#gateway/hub-agent/hub-config.ts';
import { GatewayError } from '#kernel/errors.ts';
import { TempDir } from '#support/temp-dir.ts';

const good = {
  hub: 'h',
  dataDir: '/d',
  uplink: { url: 'mqtts://gateway.example.org:8883' },
  pumps: [{ id: 'a', protocol: 'alaris-asena', port: '/dev/a' }],
};

function problemsOf(config: unknown): string[] {
  using dir = new TempDir();
  const file = dir.file('hub.json');
  writeFileSync(file, JSON.stringify(config));
  try {
    readHubConfig(file);
    return [];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    expect(error.code).toBe('config-invalid');
    return error.detail.split('\n').flatMap((line) => line.trim() || []);
  }
}

it('takes the file that is deployed', () => {
  expect(readHubConfig(join(import.meta.dirname, '../../deploy/hub/hub.toml')).pumps.map(({ id }) => id)).toEqual([
    'pump-a',
    'pump-b',
  ]);
});

it.each([
  [{}, []],
  [{ uplink: { url: 'mqtt://127.0.0.1:1883' } }, []],
  [{ uplink: { url: 'serial:/dev/ttyUSB0?baud=115200' } }, []],
  [{ extra: 1 }, ['extra: there is no such key']],
  [
    { uplink: { url: 'mqtt://gateway.example.org' } },
    ['uplink.url: readings leave this machine only over TLS: write mqtts://'],
  ],
  [{ uplink: { url: 'https://x' } }, ['uplink.url: write mqtts://host:port']],
  [{ uplink: { ...good.uplink, certFile: '/c' } }, ['uplink: a certificate and its key go together']],
  [
    { pumps: [good.pumps[0], { id: 'a', protocol: 'ne1000', port: '/dev/a', askInSafeMode: true }] },
    [
      'pumps: the id a is used twice',
      'pumps: the port /dev/a is used twice',
      'pumps a: askInSafeMode is for ne1000-safe',
    ],
  ],
  [
    {
      pumps: [
        { id: 't', protocol: 'terumo-te', port: '/dev/t' },
        { id: 'x', protocol: 'ne1000', port: 'COM1' },
      ],
    },
    [
      'pumps t: the maker publishes no baud rate, so baud has to be given',
      'pumps x: port is /dev/NAME or tcp://host:port',
    ],
  ],
])('%j', (change, problems) => {
  expect(problemsOf({ ...good, ...change })).toEqual(problems);
});
