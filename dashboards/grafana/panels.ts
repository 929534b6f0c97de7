import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { alarmMappings, colours, plain, stateMappings, units } from './looks.ts';
import { metrics, series } from './sources.ts';

/** What a panel is and says. The description is what a person reads who asks what it shows. */
export interface About {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** Width of 24, and height. */
  readonly span: number;
  readonly height: number;
}

/** Shorter buckets than this would hold no reading of most hubs. */
const SHORTEST_BUCKET = '1m';

/** Curves over time. Where nothing was measured the line stops and starts again: gaps are never joined. */
export function curvePanel(about: About, ...queries: Builder<Dataquery>[]): TimeSeries {
  return described(new TimeSeries(), about, queries)
    .datasource(series)
    .interval(SHORTEST_BUCKET)
    .spanNulls(false)
    .showPoints(VisibilityMode.Auto)
    .lineWidth(1)
    .fillOpacity(0)
    .thresholds(plain())
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

/** Curves of Prometheus. */
export const metricPanel = (about: About, ...queries: Builder<Dataquery>[]): TimeSeries =>
  curvePanel(about, ...queries)
    .datasource(metrics)
    .interval('15s');

/** How often something happened: bars that stand on each other. */
export function countPanel(about: About, ...queries: Builder<Dataquery>[]): TimeSeries {
  return curvePanel(about, ...queries)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .min(0);
}

/** One large value. `calc` reduces what the query answers; `field` names a column that holds text. */
export function valuePanel(about: About, query: Builder<Dataquery>, calc = 'lastNotNull', field = ''): Stat {
  return described(new Stat(), about, [query])
    .datasource(series)
    .graphMode(BigValueGraphMode.None)
    .noValue('no data')
    .thresholds(plain())
    .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs([calc]).fields(field));
}

/** One value of Prometheus. */
export const metricValuePanel = (about: About, query: Builder<Dataquery>): Stat =>
  valuePanel(about, query).datasource(metrics);

/** A bar for each series, worst colour by its thresholds. */
export function barPanel(about: About, query: Builder<Dataquery>): BarGauge {
  return described(new BarGauge(), about, [query])
    .datasource(series)
    .orientation(VizOrientation.Horizontal)
    .noValue('no data')
    .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields(''));
}

/** What each pump is doing, over time. */
export function statePanel(about: About, query: Builder<Dataquery>): StateTimeline {
  return described(new StateTimeline(), about, [query])
    .datasource(series)
    .interval(SHORTEST_BUCKET)
    .mappings(stateMappings())
    .mergeValues(true)
    .spanNulls(false)
    .thresholds(plain())
    .colorScheme(fixed(colours.unknown));
}

/** Rows. A column that names a priority or an alarm code wears its colour. */
export function tablePanel(about: About, ...queries: Builder<Dataquery>[]): Table {
  return described(new Table(), about, queries)
    .datasource(series)
    .thresholds(plain())
    .filterable(true)
    .overrideByRegexp('^(priority|code)$', [
      property('mappings', alarmMappings()),
      property('custom.cellOptions', { type: TableCellDisplayMode.ColorText }),
    ]);
}

/** A property of one field that is not as the panel's. */
export const property = (id: string, value: unknown): DynamicConfigValue => ({ id, value });

export const fixed = (colour: string): FieldColorBuilder =>
  new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(colour);

/** Fields whose name matches are drawn in this colour; `extra` properties come with it. */
export const coloured = (colour: string, ...extra: DynamicConfigValue[]): DynamicConfigValue[] => [
  property('color', { mode: FieldColorModeId.Fixed, fixedColor: colour }),
  ...extra,
];

/** A limit: dashed, and level from one value to the next. */
export const limitLine = (): DynamicConfigValue[] =>
  coloured(
    colours.danger,
    property('custom.lineStyle', { fill: 'dash', dash: [8, 6] }),
    property('custom.lineInterpolation', LineInterpolation.StepAfter),
  );

/** Thresholds drawn as lines across the panel. */
export const thresholdLines = (): GraphThresholdsStyleConfigBuilder =>
  new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);

export { units };

interface Describable<T> {
  title(text: string): T;
  description(text: string): T;
  unit(unit: string): T;
  span(width: number): T;
  height(height: number): T;
  targets(queries: Builder<Dataquery>[]): T;
}

function described<T extends Describable<T>>(panel: T, about: About, queries: Builder<Dataquery>[]): T {
  return panel
    .title(about.title)
    .description(about.description)
    .unit(about.unit)
    .span(about.span)
    .height(about.height)
    .targets(queries);
}
