import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alarmMarks, finished, frame, hubVariable, modelVariable, pumpsVariable, uids } from './frame.ts';
import { alarmsOn, bucketed, chosenAlarms, chosenPumps, events, whole } from './influxql.ts';
import { colours, noneIsGood, onOffMappings, shareSteps, steps, units } from './looks.ts';
import { barPanel, curvePanel, property, tablePanel, thresholdLines, valuePanel } from './panels.ts';
import { curves, rows } from './sources.ts';

/** Alarm codes and advisories about blocked lines. */
const aboutOcclusion = '"code" =~ /occlusion/';

/** Lines that are blocked, or on their way there. Occlusion alarms are all of high priority, so one kind of mark will do. */
export function occlusionsDashboard(): Dashboard {
  const dashboard = frame({
    uid: uids.occlusions,
    title: 'Infusion occlusions',
    description: 'How near lines are to the pressure at which pumps stop, how fast they get there, and what happened.',
    from: 'now-6h',
    refresh: '10s',
  })
    .variables([hubVariable(), modelVariable(), pumpsVariable()])
    .annotations(alarmMarks(`${chosenAlarms} AND ${aboutOcclusion}`).slice(0, 1))
    .withPanel(
      valuePanel(
        {
          title: 'Blocked now',
          description: 'Occlusion alarms on at the end of the time range.',
          unit: units.count,
          span: 4,
          height: 4,
        },
        rows('A', alarmsOn(`${chosenAlarms} AND ${aboutOcclusion}`)),
      )
        .noValue('0')
        .thresholds(noneIsGood(colours.danger)),
    )
    .withPanel(
      valuePanel(
        {
          title: 'Occlusion alarms',
          description: 'How many came on in the time range.',
          unit: units.count,
          span: 4,
          height: 4,
        },
        rows('A', whole('sum("active") AS "alarms"', 'pump_alarm', `${chosenAlarms} AND ${aboutOcclusion}`)),
      ).noValue('0'),
    )
    .withPanel(
      valuePanel(
        {
          title: 'Shortest time to limit',
          description: 'The shortest time to the limit that any pump had in the time range.',
          unit: units.seconds,
          span: 4,
          height: 4,
        },
        rows('A', whole('min("seconds_to_limit") AS "seconds_to_limit"', 'pump_occlusion', chosenPumps)),
      )
        .noValue('none rising')
        .thresholds(timeSteps()),
    )
    .withPanel(
      barPanel(
        {
          title: 'Pressure as a share of the limit, now',
          description: 'The last value of each pump. At 100 % it stops and alarms.',
          unit: units.share,
          span: 12,
          height: 8,
        },
        curves('A', whole('last("pressure_share")', 'pump_occlusion', chosenPumps, 'pump'), '$tag_pump'),
      )
        .min(0)
        .max(1)
        .thresholds(shareSteps()),
    );
  for (const panel of [share(), time(), slope(), compliance(), alarms(), alerts()]) dashboard.withPanel(panel);
  return finished(dashboard);
}

/** Time is what a caregiver has left: the colours run the other way. */
const timeSteps = () => steps(colours.danger, [60, colours.warning], [600, colours.notice], [3_600, colours.good]);

const perPump = (selection: string) =>
  curves('A', bucketed(selection, 'pump_occlusion', chosenPumps, 'pump'), '$tag_pump');

const share = () =>
  curvePanel(
    {
      title: 'Pressure as a share of the limit',
      description: 'The highest of each interval.',
      unit: units.share,
      span: 24,
      height: 9,
    },
    perPump('max("pressure_share")'),
  )
    .thresholds(shareSteps())
    .thresholdsStyle(thresholdLines());

const time = () =>
  curvePanel(
    {
      title: 'Time to limit',
      description: 'At the present slope and rate; the shortest of each interval. No line: the pressure does not rise.',
      unit: units.seconds,
      span: 8,
      height: 8,
    },
    perPump('min("seconds_to_limit")'),
  )
    .min(0)
    .thresholds(timeSteps());

const slope = () =>
  curvePanel(
    {
      title: 'Slope',
      description: 'How much the pressure rises for each mL delivered. Flat in an open line.',
      unit: units.slope,
      span: 8,
      height: 8,
    },
    perPump('max("slope_mmhg_per_ml")'),
  );

const compliance = () =>
  curvePanel(
    {
      title: 'Compliance',
      description: 'How much the line gives for each mmHg: what a released occlusion sends to the patient at once.',
      unit: units.compliance,
      span: 8,
      height: 8,
    },
    perPump('mean("compliance_ul_mmhg")'),
  ).min(0);

const alarms = () =>
  tablePanel(
    {
      title: 'Occlusion alarms of the pumps',
      description: 'Each going on and off. Newest first.',
      unit: units.text,
      span: 12,
      height: 9,
    },
    rows(
      'A',
      events('"pump", "hub", "code", "priority", "active"', 'pump_alarm', `${chosenAlarms} AND ${aboutOcclusion}`),
    ),
  ).overrideByName('active', [property('mappings', onOffMappings())]);

const alerts = () =>
  tablePanel(
    {
      title: 'Occlusion alerts',
      description: 'What the gateway told people, and what they did. Newest first.',
      unit: units.text,
      span: 12,
      height: 9,
    },
    rows(
      'A',
      events('"pump", "hub", "code", "priority", "event", "count"', 'alert', `${chosenAlarms} AND ${aboutOcclusion}`),
    ),
  );
