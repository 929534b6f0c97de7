import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '#support/gateway-process.ts';
import { TempDir } from '#support/temp-dir.ts';
import { promQueries } from './dashboard-queries.ts';

const queries = promQueries('gateway.json');

/** The text that Grafana sends to Prometheus. */
const filled = (text: string): string => text.replaceAll('$__rate_interval', '1m');

/** Names of metrics and labels in a query, and whether the grammar of Prometheus takes it. */
function read(text: string): { metrics: string[]; labels: string[]; wrong: string[] } {
  const metrics: string[] = [];
  const labels: string[] = [];
  const wrong: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to, node }) => {
      const words = text.slice(from, to);
      if (type.isError) wrong.push(text.slice(Math.max(0, from - 10), to + 10));
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.push(words);
      if (name === 'LabelName') labels.push(words);
    },
  });
  return { metrics, labels, wrong };
}

describe('gateway health against a running gateway', () => {
  const dir = new TempDir();
  let gateway: GatewayProcess;
  let exposition = '';

  beforeAll(async () => {
    // A line that is not there is told of all the same.
    gateway = await GatewayProcess.start(dir.path, { INFUSION_SERIAL_PATHS: dir.file('no-line') });
    // So that the histogram of requests has something to tell.
    await fetch(`${gateway.httpUrl}/healthz`);
    exposition = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
  });
  afterAll(async () => {
    await gateway.stop();
    dir[Symbol.dispose]();
  });

  /** Names as Prometheus stores them: a histogram is told of by its `_bucket`, `_sum` and `_count`. */
  const stored = (): Set<string> =>
    new Set(
      [...exposition.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', kind]) =>
        kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
      ),
    );

  it('has queries', () => expect(queries.length).toBeGreaterThan(15));

  it.each(queries)('$where is PromQL and names what the gateway tells', ({ text }) => {
    const { metrics, labels, wrong } = read(filled(text));
    expect(wrong).toEqual([]);
    expect(metrics.length).toBeGreaterThan(0);
    for (const name of metrics) expect(stored()).toContain(name);
    for (const label of labels) {
      // Without a refusal there is no sample yet that shows the label `code`.
      if (label !== 'code') expect(exposition).toMatch(new RegExp(`[{,]${label}="`));
    }
  });

  it('shows every figure of the gateway on some panel', () => {
    const shown = new Set(queries.flatMap(({ text }) => read(filled(text)).metrics));
    const own = [...stored()].filter((name) => name.startsWith('infusion_') && !/_(sum|count)$/.test(name));
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('notices a name that is not there, and words that are no PromQL', () => {
    expect(read('rate(infusion_nothing_total[1m])').metrics).toEqual(['infusion_nothing_total']);
    expect(stored()).not.toContain('infusion_nothing_total');
    expect(read('rate(infusion_readings_total[1m)').wrong).not.toEqual([]);
  });
});
