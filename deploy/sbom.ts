/**
 * Prints the bill of materials of what is delivered, in CycloneDX: `npm run --silent sbom > sbom.json`. npm lists what is
 * installed; left out is what only development needs, kept is what Vite builds into the console.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import manifest from '../package.json' with { type: 'json' };

/** What is looked at of a bill of materials; everything else of it passes through. */
const billSchema = Type.Object({
  metadata: Type.Object({ component: Type.Object({ 'bom-ref': Type.String(), name: Type.String() }) }),
  components: Type.Array(
    Type.Object({
      'bom-ref': Type.String(),
      name: Type.String(),
      scope: Type.Optional(Type.String()),
      properties: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }))),
    }),
  ),
  dependencies: Type.Array(Type.Object({ ref: Type.String(), dependsOn: Type.Optional(Type.Array(Type.String())) })),
});
export type Bill = Static<typeof billSchema>;

const DEVELOPMENT = 'cdx:npm:package:development';
const root = join(import.meta.dirname, '..');

/** The bill without what is for development alone. `bundled`: names of packages that become part of what is built. */
export function deliveredOf(bill: Bill, bundled: readonly string[]): Bill {
  const edges = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn ?? []]));
  const isDevelopment = ({ properties }: Bill['components'][number]) =>
    properties?.some(({ name, value }) => name === DEVELOPMENT && value === 'true') ?? false;
  const kept = new Set(bill.components.filter((one) => !isDevelopment(one)).map((one) => one['bom-ref']));
  const waiting = bill.components.filter(({ name }) => bundled.includes(name)).map((one) => one['bom-ref']);
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (kept.has(ref)) continue;
    kept.add(ref);
    waiting.push(...(edges.get(ref) ?? []));
  }
  const own = bill.metadata.component['bom-ref'];
  return {
    ...bill,
    // npm calls it after the folder of the checkout.
    metadata: { ...bill.metadata, component: { ...bill.metadata.component, name: manifest.name } },
    components: bill.components
      .filter((one) => kept.has(one['bom-ref']))
      .map(({ properties, ...one }) => ({
        ...one,
        properties: (properties ?? []).filter(({ name }) => name !== DEVELOPMENT),
      })),
    dependencies: bill.dependencies
      .filter(({ ref }) => ref === own || kept.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: (dependsOn ?? []).filter((one) => kept.has(one)) })),
  };
}

/** Packages that the console's own source imports. */
export function bundledInConsole(): string[] {
  const folder = join(root, 'dashboards/nurse');
  const names = ['src', 'worker'].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(folder, part, file), 'utf8').matchAll(/(?:from|import) '((?:@[\w-]+\/)?[\w-]+)[^']*'/g),
      ])
      .flatMap(([, name]) => name ?? []),
  );
  return [...new Set(names)].sort();
}

/** What npm says is installed here. @throws Error when what is installed is not what package.json asks for */
export function installedBill(): Bill {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const bill: unknown = JSON.parse(text);
  if (!Value.Check(billSchema, bill)) throw new Error('npm sbom printed something else than CycloneDX.');
  return bill;
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(deliveredOf(installedBill(), bundledInConsole()), null, 2)}\n`);
}
