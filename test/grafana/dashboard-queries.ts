import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFolder } from '../../dashboards/grafana/build.ts';

/** What the tests look at in the JSON of a dashboard, as Grafana reads it. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly refresh: string;
  readonly editable: boolean;
  readonly tags: readonly string[];
  readonly links: readonly { readonly type: string; readonly includeVars: boolean; readonly keepTime: boolean }[];
  readonly panels: readonly PanelJson[];
  readonly templating: { readonly list?: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly target: TargetJson }[] };
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly targets: readonly TargetJson[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
      readonly custom?: { readonly spanNulls?: unknown };
    };
  };
}

export interface TargetJson {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly query?: string;
  readonly expr?: string;
  readonly titleColumn?: string;
  readonly textColumn?: string;
  readonly tagsColumn?: string;
}

export interface VariableJson {
  readonly name: string;
  readonly query: string;
  readonly includeAll: boolean;
  readonly datasource: { readonly uid: string };
}

export const dashboardFiles = ['fleet.json', 'pump.json', 'occlusions.json', 'hubs.json', 'gateway.json'] as const;

export function readDashboard(file: string): DashboardJson {
  const dashboard: DashboardJson = JSON.parse(readFileSync(join(dashboardFolder, file), 'utf8'));
  return dashboard;
}

/** One query of a dashboard, with where it stands for messages of failing tests. */
export interface NamedQuery {
  readonly where: string;
  readonly text: string;
}

/** Every InfluxQL text of a dashboard: panels, variables and annotations. */
export function influxQueries(file: string): NamedQuery[] {
  const { panels, templating, annotations } = readDashboard(file);
  return [
    ...panels.flatMap(({ title, targets }) => named(`panel ${title}`, targets, 'query')),
    ...(templating.list ?? []).map(({ name, query }) => ({ where: `variable ${name}`, text: query })),
    ...annotations.list.flatMap(({ name, target }) => named(`annotation ${name}`, [target], 'query')),
  ];
}

/** Every PromQL text of a dashboard. */
export const promQueries = (file: string): NamedQuery[] =>
  readDashboard(file).panels.flatMap(({ title, targets }) => named(`panel ${title}`, targets, 'expr'));

const named = (where: string, targets: readonly TargetJson[], kind: 'query' | 'expr'): NamedQuery[] =>
  targets.flatMap((target) => {
    const text = target[kind];
    return text === undefined ? [] : [{ where: `${where} ${target.refId}`, text }];
  });

/** What a person chose above the dashboard; an empty list means All. */
export interface Choice {
  readonly hub: readonly string[];
  readonly model: readonly string[];
  readonly pump: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly interval: string;
}

/**
 * The text that Grafana sends: `$timeFilter` and `$__interval` by the time range, `${name:regex}` as one value or
 * `(a|b)`, each escaped, and the value given for All as it stands.
 * @throws Error when a variable is left.
 */
export function filled(text: string, choice: Choice): string {
  const done = text
    .replaceAll('$timeFilter', `time >= ${choice.fromMs}ms and time <= ${choice.toMs}ms`)
    .replaceAll('$__interval', choice.interval)
    .replaceAll(/\$\{__to\}/g, String(choice.toMs))
    .replaceAll(/\$\{(hub|model|pump):regex\}/g, (_, name: 'hub' | 'model' | 'pump') => asRegex(choice[name]));
  // What is left of a `$` must be the end of a regular expression.
  const left = /\$(?!\/)[\w{][\w:}]*/.exec(done);
  if (left) throw new Error(`${left[0]} is not filled in: ${text}`);
  return done;
}

function asRegex(values: readonly string[]): string {
  const escaped = values.map((value) => value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&'));
  if (escaped.length === 0) return '.*';
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}
