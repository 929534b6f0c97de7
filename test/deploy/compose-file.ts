import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../..');

/** What the tests look at in docker-compose.yml, anchors and merges resolved. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly user: string;
  readonly hostname?: string;
  readonly profiles?: readonly string[];
  readonly restart: string;
  readonly init: boolean;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
}

export function readCompose(): ComposeFile {
  const file: ComposeFile = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
  return file;
}

export function serviceOf(name: string): ComposeService {
  const service = readCompose().services[name];
  if (!service) throw new Error(`docker-compose.yml has no service ${name}.`);
  return service;
}

/** One instruction of a Dockerfile, continued lines joined. `stage` counts from 0. */
export interface Instruction {
  readonly stage: number;
  readonly word: string;
  readonly rest: string;
}

export function readDockerfile(): readonly Instruction[] {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, ' ');
  let stage = -1;
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [word = '', ...rest] = line.split(/\s+/);
      if (word === 'FROM') stage += 1;
      return { stage, word, rest: rest.join(' ') };
    });
}

/** The instructions of the image that runs. */
export function finalStage(): readonly Instruction[] {
  const all = readDockerfile();
  const last = Math.max(...all.map(({ stage }) => stage));
  return all.filter(({ stage }) => stage === last);
}
