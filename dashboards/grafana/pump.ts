import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alarmMarks, finished, frame, hubVariable, modelVariable, onePumpVariable, uids } from './frame.ts';
import { bucketed, chosenAlarms, chosenPumps, events, whole } from './influxql.ts';
import { colours, onOffMappings, shareSteps, stateMappings, steps, trueFalseMappings, units } from './looks.ts';
import {
  coloured,
  curvePanel,
  limitLine,
  property,
  statePanel,
  tablePanel,
  thresholdLines,
  valuePanel,
} from './panels.ts';
import { curves, rows } from './sources.ts';

/** One pump: what it does against what it was told to do. */
export function pumpDashboard(): Dashboard {
  const dashboard = frame({
    uid: uids.pump,
    title: 'Infusion pump',
    description: 'One pump: rate against programmed rate, pressure against limit, volumes, power, alarms.',
    from: 'now-6h',
    refresh: '10s',
  })
    .variables([hubVariable(), modelVariable(), onePumpVariable()])
    .annotations(alarmMarks(chosenAlarms));
  for (const panel of [...lastValues(), rate(), pressure(), share(), volumes(), power()]) dashboard.withPanel(panel);
  dashboard
    .withPanel(
      statePanel(
        {
          title: 'State',
          description: 'What the pump was doing. Blank: nothing was reported.',
          unit: units.text,
          span: 24,
          height: 5,
        },
        curves('A', bucketed('last("state")', 'pump_reading', chosenPumps, 'pump'), '$tag_pump'),
      ),
    )
    .withPanel(
      tablePanel(
        {
          title: 'Alarms of the pump',
          description: 'Each alarm going on and off. Newest first.',
          unit: units.text,
          span: 12,
          height: 9,
        },
        rows('A', events('"code", "priority", "active"', 'pump_alarm', chosenAlarms)),
      ).overrideByName('active', [property('mappings', onOffMappings())]),
    )
    .withPanel(
      tablePanel(
        {
          title: 'Alerts about it',
          description: 'What the gateway told people, and what they did. Newest first.',
          unit: units.text,
          span: 12,
          height: 9,
        },
        rows('A', events('"code", "priority", "event", "count"', 'alert', chosenAlarms)),
      ),
    );
  return finished(dashboard);
}

const last = (field: string) => rows('A', whole(`last("${field}") AS "${field}"`, 'pump_reading', chosenPumps));

const lastValues = () => [
  valuePanel(
    { title: 'State now', description: 'Last reported.', unit: units.text, span: 4, height: 4 },
    last('state'),
    'lastNotNull',
    '/^state$/',
  ).mappings(stateMappings()),
  valuePanel(
    { title: 'Rate now', description: 'Last reported.', unit: units.rate, span: 4, height: 4 },
    last('rate_ml_h'),
  ),
  valuePanel(
    {
      title: 'Pressure now',
      description: 'Last reported, downstream of the pump.',
      unit: units.pressure,
      span: 4,
      height: 4,
    },
    last('pressure_mmhg'),
  ),
  valuePanel(
    { title: 'Left in reservoir now', description: 'Last reported.', unit: units.volume, span: 4, height: 4 },
    last('reservoir_ml'),
  ).thresholds(steps(colours.danger, [1, colours.warning], [10, colours.good])),
  valuePanel(
    { title: 'Battery now', description: 'Last reported.', unit: units.percent, span: 4, height: 4 },
    last('battery_pct'),
  ).thresholds(steps(colours.danger, [10, colours.warning], [25, colours.good])),
  valuePanel(
    { title: 'Power now', description: 'Last reported.', unit: units.text, span: 4, height: 4 },
    last('on_mains'),
    'lastNotNull',
    '/^on_mains$/',
  ).mappings(trueFalseMappings()),
];

const rate = () =>
  curvePanel(
    {
      title: 'Rate',
      description: 'Delivered against programmed, mean of each interval.',
      unit: units.rate,
      span: 24,
      height: 8,
    },
    curves('A', bucketed('mean("rate_ml_h")', 'pump_reading', chosenPumps), 'delivered'),
    curves('B', bucketed('mean("programmed_rate_ml_h")', 'pump_reading', chosenPumps), 'programmed'),
  )
    .min(0)
    .overrideByName('delivered', coloured(colours.good))
    .overrideByName('programmed', coloured('blue', property('custom.lineStyle', { fill: 'dash', dash: [8, 6] })));

const pressure = () =>
  curvePanel(
    {
      title: 'Pressure',
      description:
        'The highest of each interval, so that no peak is averaged away, against the limit at which the pump alarms.',
      unit: units.pressure,
      span: 24,
      height: 8,
    },
    curves('A', bucketed('max("pressure_mmhg")', 'pump_reading', chosenPumps), 'pressure'),
    curves('B', bucketed('min("pressure_limit_mmhg")', 'pump_reading', chosenPumps), 'limit'),
  )
    .overrideByName('pressure', coloured(colours.quiet))
    .overrideByName('limit', limitLine());

const share = () =>
  curvePanel(
    {
      title: 'Pressure as a share of the limit',
      description: 'At 100 % the pump stops and alarms.',
      unit: units.share,
      span: 8,
      height: 8,
    },
    curves('A', bucketed('max("pressure_share")', 'pump_occlusion', chosenPumps), 'share'),
  )
    .thresholds(shareSteps())
    .thresholdsStyle(thresholdLines())
    .min(0);

const volumes = () =>
  curvePanel(
    {
      title: 'Volumes',
      description: 'Given since the infusion began, still to give, and left in the reservoir.',
      unit: units.volume,
      span: 8,
      height: 8,
    },
    curves('A', bucketed('last("infused_ml")', 'pump_reading', chosenPumps), 'given'),
    curves('B', bucketed('last("remaining_ml")', 'pump_reading', chosenPumps), 'to give'),
    curves('C', bucketed('last("reservoir_ml")', 'pump_reading', chosenPumps), 'in reservoir'),
  ).min(0);

const power = () =>
  curvePanel(
    { title: 'Battery', description: 'The lowest of each interval.', unit: units.percent, span: 8, height: 8 },
    curves('A', bucketed('min("battery_pct")', 'pump_reading', chosenPumps), 'battery'),
  )
    .min(0)
    .max(100);
