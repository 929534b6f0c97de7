import { type Dashboard, DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { alarmMarks, finished, frame, hubVariable, modelVariable, pumpsVariable, uids } from './frame.ts';
import { alarmsOn, bucketed, chosenAlarms, chosenPumps, counted, events, whole } from './influxql.ts';
import { colours, noneIsGood, priorityColours, stateMappings, units } from './looks.ts';
import { coloured, countPanel, property, statePanel, tablePanel, valuePanel } from './panels.ts';
import { curves, rows } from './sources.ts';

/** Everything at a glance: who reports, what alarms, what each pump is doing. */
export function fleetDashboard(): Dashboard {
  const dashboard = frame({
    uid: uids.fleet,
    title: 'Infusion fleet',
    description: 'All pumps: who reports, what alarms, what each is doing.',
    from: 'now-6h',
    refresh: '30s',
  })
    .variables([hubVariable(), modelVariable(), pumpsVariable()])
    .annotations(alarmMarks(chosenAlarms))
    .withPanel(reporting())
    .withPanel(alarmsNow('high', 'High alarms on', colours.danger))
    .withPanel(alarmsNow('medium', 'Medium alarms on', colours.warning))
    .withPanel(alarmsNow('low', 'Low alarms on', colours.notice))
    .withPanel(readings())
    .withPanel(latest())
    .withPanel(
      statePanel(
        {
          title: 'What pumps do',
          description: 'State by state. Blank: nothing was reported.',
          unit: units.text,
          span: 24,
          height: 10,
        },
        curves('A', bucketed('last("state")', 'pump_reading', chosenPumps, 'pump'), '$tag_pump'),
      ),
    )
    .withPanel(alarmsRaised())
    .withPanel(
      tablePanel(
        {
          title: 'Alerts',
          description: 'What the gateway told people, and what they did. Newest first.',
          unit: units.text,
          span: 12,
          height: 9,
        },
        rows('A', events('"pump", "hub", "code", "priority", "event", "count"', 'alert', chosenAlarms)),
      ),
    );
  return finished(dashboard);
}

const reporting = () =>
  valuePanel(
    {
      title: 'Pumps reporting',
      description: 'Pumps with a reading in the time range.',
      unit: units.count,
      span: 4,
      height: 4,
    },
    rows(
      'A',
      `SELECT count("seq") AS "pumps" FROM (${whole('last("seq") AS "seq"', 'pump_reading', chosenPumps, 'pump')})`,
    ),
  );

const alarmsNow = (priority: 'high' | 'medium' | 'low', title: string, colour: string) =>
  valuePanel(
    {
      title,
      description:
        'Alarms that pumps had on at the end of the time range; those on for more than 30 days are not counted.',
      unit: units.count,
      span: 4,
      height: 4,
    },
    rows('A', alarmsOn(`${chosenAlarms} AND "priority" = '${priority}'`)),
  )
    .noValue('0')
    .thresholds(noneIsGood(colour));

const readings = () =>
  countPanel(
    {
      title: 'Readings',
      description: 'Readings measured in each interval, by hub.',
      unit: units.count,
      span: 8,
      height: 4,
    },
    curves('A', counted('count("seq")', 'pump_reading', chosenPumps, 'hub'), '$tag_hub'),
  );

const latestFields = {
  state: { title: 'State', unit: units.text },
  rate_ml_h: { title: 'Rate', unit: units.rate },
  pressure_mmhg: { title: 'Pressure', unit: units.pressure },
  pressure_limit_mmhg: { title: 'Pressure limit', unit: units.pressure },
  reservoir_ml: { title: 'Left in reservoir', unit: units.volume },
  battery_pct: { title: 'Battery', unit: units.percent },
} as const;

function latest() {
  const fields = Object.keys(latestFields).map((field) => `last("${field}") AS "${field}"`);
  const table = tablePanel(
    {
      title: 'Pumps',
      description: 'The last of each value in the time range. A pump name leads to the pump.',
      unit: units.count,
      span: 24,
      height: 9,
    },
    rows('A', whole(fields.join(', '), 'pump_reading', chosenPumps, 'hub', 'model', 'pump')),
  );
  for (const [field, { title, unit }] of Object.entries(latestFields)) {
    table.overrideByName(field, [property('displayName', title), property('unit', unit)]);
  }
  return table
    .overrideByName('Time', [property('custom.hidden', true)])
    .overrideByName('state', [
      property('mappings', stateMappings()),
      property('custom.cellOptions', { type: 'color-text' }),
    ])
    .overrideByName('pump', [property('links', [pumpLink()])]);
}

/** From a row to its pump, for the same time. */
const pumpLink = () =>
  new DashboardLinkBuilder('This pump').url(`/d/${uids.pump}?var-pump=\${__value.raw}&\${__url_time_range}`).build();

function alarmsRaised() {
  const panel = countPanel(
    {
      title: 'Alarms that came on',
      description: 'By urgency, in each interval.',
      unit: units.count,
      span: 12,
      height: 9,
    },
    curves('A', counted('sum("active")', 'pump_alarm', chosenAlarms, 'priority'), '$tag_priority'),
  );
  for (const [priority, colour] of Object.entries(priorityColours)) panel.overrideByName(priority, coloured(colour));
  return panel;
}
