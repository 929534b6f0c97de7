import { readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { crossChecks } from './cross-checks.ts';
import {
  type Config,
  type ConfigProblem,
  configCheck,
  configDefaults,
  configVariables,
  type VariableKind,
} from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Tree = { [key: string]: unknown };

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Defaults, then the file, then the variables. Finds every problem, not only the first. */
export function loadConfig(file: string | undefined, environment: Environment): ConfigResult {
  const problems: ConfigProblem[] = [];
  const tree: Tree = structuredClone({ ...configDefaults });
  if (file !== undefined) merge(tree, readFile(file, problems));
  readVariables(tree, environment, problems);
  if (!configCheck.Check(tree)) {
    for (const error of configCheck.Errors(tree)) {
      const extra = error.keyword === 'additionalProperties' ? error.params.additionalProperties.join(', ') : '';
      const key = [error.instancePath.slice(1).replaceAll('/', '.'), extra].filter((part) => part !== '').join('.');
      const where = withVariable(key);
      const problem = extra === '' ? error.message : 'there is no such key';
      problems.push({ where, problem, mend: 'See the table of settings in the README.' });
    }
    return { ok: false, problems };
  }
  problems.push(...crossChecks(tree));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: tree };
}

/** The configuration, or the one error that carries every problem. @throws GatewayError `config-invalid` */
export function requireConfig(file: string | undefined, environment: Environment): Config {
  const result = loadConfig(file, environment);
  if (result.ok) return result.config;
  const lines = result.problems.map(({ where, problem, mend }) => `\n  ${where}: ${problem}. ${mend}`);
  throw new GatewayError('config-invalid', lines.join(''));
}

/** A key of the file, with the variable that sets the same. */
function withVariable(key: string): string {
  const found = Object.entries(configVariables).find(([, { path }]) => path.join('.') === key);
  return found ? `${key} (${found[0]})` : key;
}

function readFile(file: string, problems: ConfigProblem[]): Tree {
  try {
    const text = readFileSync(file, 'utf8');
    const parsed: unknown = file.endsWith('.json') ? JSON.parse(text) : parseToml(text);
    if (isTree(parsed)) return parsed;
    problems.push({ where: file, problem: 'not a table of settings', mend: 'Write TOML, or JSON in a .json file.' });
  } catch (error) {
    problems.push({
      where: file,
      problem: messageOf(error),
      mend: 'Check the path and the syntax (TOML, or JSON in .json).',
    });
  }
  return {};
}

function readVariables(tree: Tree, environment: Environment, problems: ConfigProblem[]): void {
  for (const [name, raw] of Object.entries(environment)) {
    if (!name.startsWith('INFUSION_') || raw === undefined) continue;
    const fromFile = name.endsWith('_FILE');
    const variable = configVariables[fromFile ? name.slice(0, -'_FILE'.length) : name];
    if (!variable) {
      problems.push({ where: name, problem: 'there is no such setting', mend: 'Check the spelling, or unset it.' });
      continue;
    }
    const value = fromFile ? secretFrom(raw, name, problems) : raw;
    if (value !== undefined) set(tree, variable.path, typed(value, variable.kind));
  }
}

function secretFrom(path: string, name: string, problems: ConfigProblem[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    problems.push({ where: name, problem: messageOf(error), mend: 'Name a file that this user can read.' });
    return undefined;
  }
}

/** What cannot be converted stays text, and the schema says what it should have been. */
function typed(value: string, kind: VariableKind): string | number | boolean | string[] {
  if (kind === 'list') return splitList(value);
  if (kind === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (kind === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

const splitList = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function set(tree: Tree, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const inner = tree[key];
  const branch: Tree = isTree(inner) ? inner : {};
  tree[key] = branch;
  set(branch, rest, value);
}

function merge(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    if (isTree(present) && isTree(value)) merge(present, value);
    else into[key] = value;
  }
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
