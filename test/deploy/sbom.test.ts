import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bill, bundledInConsole, deliveredOf } from '../../deploy/sbom.ts';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

describe('npm run sbom', () => {
  let text: string;
  let names: string[];
  beforeAll(async () => {
    ({ stdout: text } = await run('npm', ['run', '--silent', 'sbom'], { cwd: root, maxBuffer: 1 << 28 }));
    const { components }: Bill = JSON.parse(text);
    names = components.map(({ name }) => name);
  }, 60_000);

  it('is CycloneDX by its schema', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
    expect(await validator.validate(text)).toBeNull();
    const broken = text.replace('"type": "library"', '"type": "nonsense"');
    expect(await validator.validate(broken)).not.toBeNull();
  });

  it('names the product, each package it runs on, and those built into the console', () => {
    const { metadata }: Bill = JSON.parse(text);
    expect(metadata.component).toMatchObject({ name: manifest.name, version: manifest.version });
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
    expect(bundledInConsole()).toEqual(expect.arrayContaining(['preact', '@preact/signals', 'uplot']));
    expect(names).toEqual(expect.arrayContaining([...bundledInConsole(), '@preact/signals-core']));
  });

  it('leaves out what only development needs', () => {
    for (const name of ['vitest', 'typescript', '@biomejs/biome', 'vite', 'playwright-core']) {
      expect(names).not.toContain(name);
    }
    expect(text).not.toContain('cdx:npm:package:development');
  });
});

it('follows what is bundled to what that depends on, and no further', () => {
  const dev = [{ name: 'cdx:npm:package:development', value: 'true' }];
  const component = (name: string, properties: typeof dev = []) => ({ 'bom-ref': `${name}@1`, name, properties });
  const bill: Bill = {
    metadata: { component: { 'bom-ref': 'own@1', name: 'folder' } },
    components: [component('server'), component('view', dev), component('core', dev), component('tool', dev)],
    dependencies: [
      { ref: 'own@1', dependsOn: ['server@1', 'view@1', 'tool@1'] },
      { ref: 'view@1', dependsOn: ['core@1'] },
      { ref: 'core@1', dependsOn: ['view@1'] },
      { ref: 'tool@1', dependsOn: ['core@1'] },
    ],
  };
  const delivered = deliveredOf(bill, ['view']);
  expect(delivered.components.map(({ name }) => name)).toEqual(['server', 'view', 'core']);
  expect(delivered.dependencies).toEqual([
    { ref: 'own@1', dependsOn: ['server@1', 'view@1'] },
    { ref: 'view@1', dependsOn: ['core@1'] },
    { ref: 'core@1', dependsOn: ['view@1'] },
  ]);
});
