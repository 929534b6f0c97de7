import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data sources by the uid that provisioning/datasources gives them. */
export const series: DataSourceRef = { type: 'influxdb', uid: 'infusion-series' };
export const metrics: DataSourceRef = { type: 'prometheus', uid: 'infusion-metrics' };

/** A raw InfluxQL query as Grafana keeps it. InfluxQL is what InfluxDB 1.x and 2.x both answer. */
export interface InfluxQlQuery extends Dataquery {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly rawQuery: true;
  readonly query: string;
  readonly resultFormat: 'time_series' | 'table';
  /** Name of a series, such as `$tag_pump`. */
  readonly alias?: string;
}

/** What an InfluxQL query makes annotations of: columns of its answer. */
export interface InfluxQlAnnotation extends Dataquery {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly fromAnnotations: true;
  readonly textEditor: true;
  readonly query: string;
  readonly titleColumn: string;
  readonly textColumn: string;
  readonly tagsColumn: string;
}

/** Curves: one for each field and each combination of tags in GROUP BY. */
export function curves(refId: string, query: string, alias: string): Builder<Dataquery> {
  return built<InfluxQlQuery>({ ...raw(refId, query), resultFormat: 'time_series', alias });
}

/** Rows of a table. */
export function rows(refId: string, query: string): Builder<Dataquery> {
  return built<InfluxQlQuery>({ ...raw(refId, query), resultFormat: 'table' });
}

/** Marks on the time axis of every panel. */
export function marks(query: string, columns: { title: string; text: string; tags: string }): Builder<Dataquery> {
  return built<InfluxQlAnnotation>({
    refId: 'Anno',
    datasource: series,
    fromAnnotations: true,
    textEditor: true,
    query,
    titleColumn: columns.title,
    textColumn: columns.text,
    tagsColumn: columns.tags,
    _implementsDataqueryVariant: variant,
  });
}

/** A PromQL query over the range; `legend` may hold labels as `{{label}}`. */
export function prom(refId: string, expr: string, legend: string): Builder<Dataquery> {
  return new DataqueryBuilder().refId(refId).datasource(metrics).expr(expr).legendFormat(legend).range();
}

/** A PromQL query of the present moment. */
export function promNow(refId: string, expr: string, legend: string): Builder<Dataquery> {
  return new DataqueryBuilder().refId(refId).datasource(metrics).expr(expr).legendFormat(legend).instant();
}

/** Marks the object as a query for the SDK's types; a function, so JSON leaves it out. */
const variant = (): void => {};

const raw = (refId: string, query: string) => ({
  refId,
  datasource: series,
  rawQuery: true as const,
  query,
  _implementsDataqueryVariant: variant,
});

const built = <T extends Dataquery>(query: T): Builder<Dataquery> => ({ build: () => query });
