import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const command = join(import.meta.dirname, '../../bin/infusion-gateway');
const decode = (protocol: string, input: string): unknown[] =>
  execFileSync(command, ['decode', '--protocol', protocol, '--hex', '-'], { input, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

it('prints a line for each frame and for what is none, however the digits are written', () => {
  const input = '# an answer, cut in two\n02 07 30,30 0x53:AA\n\na6 03 # and noise\nFF\n';
  expect(decode('ne1000-safe', input)).toEqual([
    { ok: true, frame: { kind: 'reply', address: 0, status: 'stopped', text: '00S', crc: 'AAA6' } },
    { ok: false, code: 'noise', discarded: 'ff' },
  ]);
});

it('reads the frames of the gateway itself', () => {
  expect(decode('slip', 'c05201027b22687562223a226831227d79821fbdc0\nc04edbdcdbdd6261642d637263e2014fd5c0')).toEqual([
    { ok: true, frame: { type: 'R', id: 258, payload: '7b22687562223a226831227d', json: { hub: 'h1' } } },
    { ok: true, frame: { type: 'N', id: 49371, payload: '6261642d637263', reason: 'bad-crc' } },
  ]);
});

it('names the line that is no hexadecimal, and the protocols there are', () => {
  const run = (args: string[], input: string) => spawnSync(command, ['decode', ...args], { input, encoding: 'utf8' });
  const odd = run(['--protocol', 'slip', '--hex', '-'], 'c0\n0');
  expect([odd.status, odd.stderr]).toEqual([2, expect.stringContaining('Line 2: write whole bytes in hexadecimal.')]);
  const unknown = run(['--protocol', 'harvard', '--hex', '-'], '');
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('ne1000, ne1000-safe, alaris-asena')]);
  const missing = run(['--protocol', 'slip', '--hex', '/nowhere/x.hex'], '');
  expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
});
