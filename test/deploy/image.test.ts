import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };
import { finalStage, readDockerfile, root } from './compose-file.ts';
import { ImageTree } from './image-tree.ts';

const stage = finalStage();
const only = (word: string): string => {
  const found = stage.filter((instruction) => instruction.word === word);
  expect(found.length, word).toBe(1);
  return found[0]?.rest ?? '';
};

describe('the Dockerfile', () => {
  it('takes the Node that the checkout pins, by one exact tag', () => {
    const bases = readDockerfile().filter(({ word }) => word === 'FROM');
    expect(bases.length).toBeGreaterThan(1);
    for (const { rest } of bases) expect(rest.split(' ')[0]).toBe(`node:${manifest.dependencies.node}-bookworm-slim`);
  });

  it('installs by the lock file, and for the last stage without what only development needs', () => {
    const installs = readDockerfile().filter(({ word, rest }) => word === 'RUN' && /\bnpm\b/.test(rest));
    for (const { rest } of installs) expect(rest).toMatch(/^npm ci /);
    expect(stage.some(({ rest }) => /\bnpm\b/.test(rest))).toBe(false);
    const source = /--from=(\w+) \/app\/node_modules/.exec(stage.map(({ rest }) => rest).join('\n'))?.[1];
    const from = readDockerfile().find(({ word, rest }) => word === 'FROM' && rest.endsWith(`AS ${source}`));
    const install = installs.find(({ stage: number }) => number === from?.stage);
    expect(install?.rest).toContain('--omit=dev');
  });

  it('copies what exists, and what .dockerignore lets through', () => {
    const allowed = readFileSync(join(root, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const { rest } of readDockerfile().filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))) {
      for (const path of rest.split(' ').slice(0, -1)) {
        expect(existsSync(join(root, path)), path).toBe(true);
        expect(
          allowed.some((name) => path === name || path.startsWith(`${name}/`)),
          path,
        ).toBe(true);
      }
    }
  });

  it('runs as somebody who is not root, and looks after its health', () => {
    expect(only('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const check = /CMD (\[.*\])$/.exec(only('HEALTHCHECK'))?.[1] ?? '[]';
    const [program, file]: string[] = JSON.parse(check);
    expect(program).toBe('node');
    expect(existsSync(join(root, file ?? ''))).toBe(true);
  });
});

describe('the image', () => {
  it('holds every module its programs import, and no package for development', async () => {
    using image = new ImageTree();
    const development = Object.entries(lock.packages).flatMap(([path, about]) =>
      'dev' in about && about.dev ? [path] : [],
    );
    expect(development.length).toBeGreaterThan(50);
    expect(development.filter((path) => existsSync(join(image.app, path)))).toEqual([]);
    const environment = { PATH: `${join(image.app, 'bin')}:${process.env['PATH']}` };
    const commands = [
      ['infusion-gateway --version', manifest.version],
      ['infusion-gateway token --help', 'Usage: infusion-gateway token'],
      ['infusion-gateway influx setup --help', 'Usage: infusion-gateway influx setup'],
      ['pump-sim list', 'infusomat-space'],
    ] as const;
    const ends = commands.map(([command]) => image.run(['sh', '-c', command], environment).ended);
    for (const [i, { code, errors, lines }] of (await Promise.all(ends)).entries()) {
      expect(errors).toBe('');
      expect(code).toBe(0);
      expect(lines.join('\n')).toContain(commands[i]?.[1]);
    }
  }, 60_000);
});
