import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenHubs, chosenModels } from './influxql.ts';
import { colours } from './looks.ts';
import { marks, series } from './sources.ts';

/** Every dashboard of ours wears this tag, and the links between them go by it. */
const TAG = 'infusion';

/** Addresses of the dashboards: links go by them, so they stay. */
export const uids = {
  fleet: 'infusion-fleet',
  pump: 'infusion-pump',
  occlusions: 'infusion-occlusions',
  hubs: 'infusion-hubs',
  gateway: 'infusion-gateway',
} as const;

export interface Frame {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  /** How often the panels ask again. */
  readonly refresh: string;
}

/** An empty dashboard with what all have in common. */
export function frame({ uid, title, description, from, refresh }: Frame): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .timezone('browser')
    .time({ from, to: 'now' })
    .refresh(refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Infusion')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true)
        .icon('external link')
        .tooltip('The other dashboards, for the same pumps and time')
        .targetBlank(false)
        .url(''),
    );
}

/**
 * The dashboard as JSON has it: panels numbered so that links can name one, links and marks shown beside the variables
 * (the SDK would put them into a menu).
 */
export function finished(builder: DashboardBuilder): Dashboard {
  const { panels, links, annotations, ...rest } = builder.readonly().build();
  return {
    ...rest,
    annotations: { list: (annotations.list ?? []).map(inSight) },
    links: (links ?? []).map(inSight),
    panels: (panels ?? []).map((panel, i) => ({ ...panel, id: i + 1 })),
  };
}

function inSight<T extends { readonly placement?: unknown }>({ placement: _, ...rest }: T): Omit<T, 'placement'> {
  return rest;
}

export const hubVariable = () =>
  severalOf(choice('hub', 'Hub', 'SHOW TAG VALUES FROM "pump_reading" WITH KEY = "hub"'));

export const modelVariable = () =>
  severalOf(choice('model', 'Model', `SHOW TAG VALUES FROM "pump_reading" WITH KEY = "model" WHERE ${chosenHubs}`));

export const pumpsVariable = () => severalOf(onePumpVariable().label('Pumps'));

export const onePumpVariable = () =>
  choice('pump', 'Pump', `SHOW TAG VALUES FROM "pump_reading" WITH KEY = "pump" WHERE ${chosenModels}`);

/** One, several, or all, which stands for pumps that are yet to come too. */
const severalOf = (variable: QueryVariableBuilder): QueryVariableBuilder =>
  variable.multi(true).includeAll(true).allValue('.*').current({ selected: true, text: 'All', value: '$__all' });

const choice = (name: string, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(series)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);

/** Marks where alarms came on, in the colour of their urgency. */
export function alarmMarks(where: string): AnnotationQueryBuilder[] {
  const query = (priority: string) =>
    `SELECT "active", "code", "pump", "priority" FROM "pump_alarm" WHERE $timeFilter AND ${where} AND ${priority} AND "active" = 1`;
  const columns = { title: 'code', text: 'pump', tags: 'priority' };
  return [
    annotation('High alarms', colours.danger, query(`"priority" = 'high'`)),
    annotation('Other alarms', colours.warning, query(`"priority" != 'high'`)),
  ];

  function annotation(name: string, colour: string, text: string): AnnotationQueryBuilder {
    return new AnnotationQueryBuilder()
      .name(name)
      .datasource(series)
      .enable(true)
      .hide(false)
      .iconColor(colour)
      .target(marks(text, columns));
  }
}
