import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideClaims } from '#benefit/decide-claims.ts';
import { medicareHitPack } from '#benefit/rule-packs.ts';
import { TempDir } from '#support/temp-dir.ts';
import { payable, rate, service } from './builders.ts';

const root = join(import.meta.dirname, '../..');
const day = '2024-03-04';
const facts = payable(day, {
  rates: [rate('G0088', 20_050)],
  services: [service('s1', `${day} 14:00`, `${day} 14:05`)],
});

let dir: TempDir;
beforeAll(() => {
  dir = new TempDir();
  writeFileSync(dir.file('facts.json'), JSON.stringify(facts));
});
afterAll(() => dir[Symbol.dispose]());

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function claims(args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(join(root, 'bin/infusion-gateway'), ['claims', ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

const written = (name: string, value: unknown): string => {
  writeFileSync(dir.file(name), typeof value === 'string' ? value : JSON.stringify(value));
  return dir.file(name);
};

describe('infusion-gateway claims', () => {
  it('decides a file as JSON and ends with 0', async () => {
    const { code, stdout, stderr } = await claims(['decide', '--in', dir.file('facts.json'), '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(decideClaims(facts));
  });

  it('decides standard input in words', async () => {
    const { code, stdout } = await claims(['decide', '--in', '-'], JSON.stringify({ ...facts, plans: [] }));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Rules: medicare-hit@1\n2024-03-04 {2}HOLD_PLAN_OF_CARE {2}G0088 {2}4 units {2}200\.50 USD\n {4}P5: No plan/,
    );
  });

  it('lists every problem, for programs and for people, and ends with 2', async () => {
    const bad = written('bad.json', { ...facts, from: 'soon', visits: [{}] });
    const { code, stdout, stderr } = await claims(['decide', '--in', bad, '--json']);
    expect(code).toBe(2);
    const { problems }: { problems: { where: string }[] } = JSON.parse(stdout);
    expect(problems.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['from', 'visits[0].id', 'visits[0].signed']),
    );
    expect(stderr.trim().split('\n')).toHaveLength(problems.length);
    expect((await claims(['decide', '--in', bad])).stdout).toBe('');
  });

  it('says what is wrong with a file that is not there, not JSON, or not named', async () => {
    const missing = await claims(['decide', '--in', dir.file('none.json'), '--json']);
    expect(missing.code).toBe(2);
    expect(JSON.parse(missing.stdout)).toMatchObject({ problems: [{ where: dir.file('none.json') }] });
    expect(await claims(['decide', '--in', written('text.json', 'no JSON')])).toMatchObject({ code: 2, stdout: '' });
    expect(await claims(['decide'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('takes rules of a person, and refuses a pack with mistakes', async () => {
    const own = written('own.json', { ...medicareHitPack, version: '1-own' });
    const decided = await claims(['decide', '--in', dir.file('facts.json'), '--rules', own, '--json']);
    expect(JSON.parse(decided.stdout)).toMatchObject({ rulePack: 'medicare-hit@1-own' });
    const refused = await claims(['decide', '--in', dir.file('facts.json'), '--rules', written('half.json', {})]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/id: is missing/);
    const proposal = written('proposal.json', { ...medicareHitPack, status: 'proposal' });
    const never = await claims(['decide', '--in', dir.file('facts.json'), '--rules', proposal]);
    expect(never).toMatchObject({ code: 2, stdout: '' });
    expect(never.stderr).toMatch(/makes? no claim lines/);
  });

  it('shows what a proposed law would pay, and prints its schemas', async () => {
    const absent = JSON.stringify({ ...facts, visits: [], rates: [rate('G0068', 9_000)] });
    const words = await claims(['what-if', '--in', '-'], absent);
    expect(words.stdout).toBe(
      'Proposed law, no claim: what-if-s1058@1\n2024-03-04  now COVERED_BUNDLED_NO_LINE  would pay 50 %  45.00 USD\n',
    );
    const json = await claims(['what-if', '--in', '-', '--json'], absent);
    expect(JSON.parse(json.stdout)).toMatchObject({ claim: false, days: [{ wouldPayCents: 4_500 }] });
    const { input, output } = JSON.parse((await claims(['schema'])).stdout);
    expect([input.required.length, output.required]).toEqual([14, ['rulePack', 'days']]);
  });
});

describe('docs/claims.md', () => {
  const page = readFileSync(join(root, 'docs/claims.md'), 'utf8');
  const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  it('shows an example that is decided as the page says', async () => {
    expect(blocks).toHaveLength(2);
    const { stdout } = await claims(['decide', '--in', '-', '--json'], blocks[0]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(blocks[1] ?? ''));
  });
});
