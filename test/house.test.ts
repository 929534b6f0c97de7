import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The house: which room may import which, and which rooms touch nothing outside themselves. design: ARCHITECTURE.md. */
const root = join(import.meta.dirname, '..');

/** Rooms and what each may import besides itself. Siblings never meet but in the composition root. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  model: ['kernel'],
  codec: ['kernel', 'model'],
  intake: ['kernel', 'model', 'codec'],
  journal: ['kernel', 'model', 'codec'],
  series: ['kernel', 'model', 'codec'],
  alerts: ['kernel', 'model', 'codec'],
  notify: ['kernel', 'model', 'codec'],
  benefit: ['kernel', 'model', 'codec'],
  registry: ['kernel', 'model', 'codec'],
  audit: ['kernel', 'model', 'codec'],
  api: ['kernel', 'model', 'codec'],
  backup: ['kernel', 'model', 'codec'],
  traces: ['kernel', 'model', 'codec'],
  config: ['kernel', 'model', 'codec'],
  uplink: ['kernel', 'model', 'codec'],
  simulator: ['kernel', 'model', 'codec', 'uplink'],
};

/** Packages and Node modules that pure code may use: they compute and touch nothing. */
const pureImports = /^(typebox|node:util$|node:buffer$|node:crypto$)/;

interface Import {
  readonly from: string;
  readonly to: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s+(?:[^;'"]*?\bfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => ({ from: file, to: resolve(file, match[1] ?? match[2] ?? '') }));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(file), specifier));
  if (specifier.startsWith('#simulator/')) return specifier.slice(1);
  if (specifier.startsWith('#gateway/')) return specifier.slice(1);
  if (specifier.startsWith('#')) return `gateway/${specifier.slice(1)}`;
  return specifier;
}

/** The room a path lies in; the composition root (main, cli, threads …) is nobody's room and may import all. */
function roomOf(path: string): string | null {
  if (path.startsWith('simulator/')) return 'simulator';
  const room = /^gateway\/([a-z]+)\//.exec(path)?.[1];
  return room !== undefined && room in mayImport ? room : null;
}

const files = [...filesBelow('gateway'), ...filesBelow('simulator')];
const imports = files.flatMap(importsOf);

it('finds the rooms and their imports', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(imports.length).toBeGreaterThan(100);
});

describe('imports point one way', () => {
  it.each(Object.keys(mayImport))('%s', (room) => {
    const wrong = imports.filter(({ from, to }) => {
      if (roomOf(from) !== room) return false;
      const target = roomOf(to);
      if (target === null) return to.startsWith('gateway/');
      return target !== room && !(mayImport[room] ?? []).includes(target);
    });
    expect(wrong).toEqual([]);
  });
});

it('the pure rooms import nothing that reaches outside', () => {
  const pure = ['gateway/model/', 'gateway/codec/'];
  const wrong = imports.filter(
    ({ from, to }) =>
      pure.some((folder) => from.startsWith(folder)) && !to.startsWith('gateway/') && !pureImports.test(to),
  );
  expect(wrong).toEqual([]);
});

it('pure code knows the clock only by its types', () => {
  const clocks =
    /^gateway\/kernel\/(system-clock|virtual-clock|clock|log|memory-state-store|state-store|thread-calls)\.ts$/;
  const wrong = imports.filter(
    ({ from, to }) => (from.startsWith('gateway/model/') || from.startsWith('gateway/codec/')) && clocks.test(to),
  );
  expect(wrong).toEqual([]);
});

it('nobody but the kernel reads a clock, sets a timer or rolls dice', () => {
  const forbidden = /\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bMath\.random\(|\bperformance\.now\(/;
  const wrong = files
    .filter((file) => !file.startsWith('gateway/kernel/'))
    .filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')));
  expect(wrong).toEqual([]);
});

it('nobody but the journal speaks SQL', () => {
  const wrong = imports.filter(({ from, to }) => to === 'node:sqlite' && !from.startsWith('gateway/journal/'));
  expect(wrong).toEqual([]);
});

it('no path of one machine and no escape from types or lint stands in the source', () => {
  const forbidden = /\bas any\b|: any\b|@ts-ignore|@ts-expect-error|@ts-nocheck|biome-ignore|\/(?:home|root|work)\//;
  const wrong = files.filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')));
  expect(wrong).toEqual([]);
});

it('each import of a room goes by its alias', () => {
  const wrong = files.filter((file) =>
    /from '\.\.\/(kernel|model|codec)\//.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
