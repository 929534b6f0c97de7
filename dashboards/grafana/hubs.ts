import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { finished, frame, hubVariable, uids } from './frame.ts';
import { bucketed, chosenHubs, counted, events, whole } from './influxql.ts';
import { colours, noneIsGood, steps, units } from './looks.ts';
import { countPanel, curvePanel, property, tablePanel, valuePanel } from './panels.ts';
import { curves, rows } from './sources.ts';

/** Codes of alerts that are about a hub and not about a pump. */
const aboutHubs = `"code" = 'hub-dark'`;

/** Home hubs: who speaks, who fell silent, who started anew. */
export function hubsDashboard(): Dashboard {
  const dashboard = frame({
    uid: uids.hubs,
    title: 'Infusion hubs',
    description: 'Home hubs: who speaks, who fell silent, who started anew, what their readings weigh.',
    from: 'now-24h',
    refresh: '30s',
  })
    .variables([hubVariable()])
    .withPanel(
      valuePanel(
        {
          title: 'Hubs reporting',
          description: 'Hubs with a reading in the time range.',
          unit: units.count,
          span: 12,
          height: 4,
        },
        rows(
          'A',
          `SELECT count("seq") AS "hubs" FROM (${whole('last("seq") AS "seq"', 'pump_reading', chosenHubs, 'hub')})`,
        ),
      ),
    )
    .withPanel(
      valuePanel(
        {
          title: 'Times a hub went dark',
          description: 'Alerts that a hub was not heard of any more, in the time range.',
          unit: units.count,
          span: 12,
          height: 4,
        },
        rows(
          'A',
          whole('count("version") AS "times"', 'alert', `${chosenHubs} AND ${aboutHubs} AND "event" = 'opened'`),
        ),
      )
        .noValue('0')
        .thresholds(noneIsGood(colours.warning)),
    );
  for (const panel of [summary(), readings(), silence(), pumps(), dark()]) dashboard.withPanel(panel);
  return finished(dashboard);
}

/** A hub that starts names its readings by a new boot: one is the boot that it had, each more is a start. */
const boots = whole('distinct("boot") AS "boot"', 'pump_reading', chosenHubs, 'hub');
const gaps = whole('elapsed("seq", 1s) AS "silence"', 'pump_reading', chosenHubs, 'hub', 'pump');

const summary = () =>
  tablePanel(
    {
      title: 'Starts',
      description: 'Boots seen of each hub in the time range; more than one: it started anew.',
      unit: units.count,
      span: 12,
      height: 8,
    },
    rows('A', `SELECT count("boot") AS "boots" FROM (${boots}) GROUP BY "hub"`),
  )
    .overrideByName('Time', [property('custom.hidden', true)])
    .overrideByName('boots', [
      property('thresholds', steps(colours.good, [2, colours.notice], [5, colours.warning]).build()),
      property('custom.cellOptions', { type: 'color-text' }),
    ]);

const readings = () =>
  countPanel(
    {
      title: 'Readings',
      description:
        'Readings measured in each interval, by hub. What a hub kept while it was offline stands where it was measured.',
      unit: units.count,
      span: 12,
      height: 8,
    },
    curves('A', counted('count("seq")', 'pump_reading', chosenHubs, 'hub'), '$tag_hub'),
  );

const silence = () =>
  curvePanel(
    {
      title: 'Longest silence',
      description: 'The longest time between two readings of a pump that ended in the interval, by hub.',
      unit: units.seconds,
      span: 12,
      height: 8,
    },
    curves(
      'A',
      `SELECT max("silence") FROM (${gaps}) WHERE $timeFilter GROUP BY time($__interval), "hub" fill(null)`,
      '$tag_hub',
    ),
  )
    .min(0)
    .thresholds(steps(colours.good, [120, colours.warning], [600, colours.danger]));

const pumps = () =>
  curvePanel(
    {
      title: 'Weakest battery',
      description: 'The lowest battery of the pumps of each hub.',
      unit: units.percent,
      span: 12,
      height: 8,
    },
    curves('A', bucketed('min("battery_pct")', 'pump_reading', chosenHubs, 'hub'), '$tag_hub'),
  )
    .min(0)
    .max(100)
    .thresholds(steps(colours.danger, [10, colours.warning], [25, colours.good]));

const dark = () =>
  tablePanel(
    {
      title: 'Hubs that went dark',
      description: 'Alerts about hubs, and what people did. Newest first.',
      unit: units.text,
      span: 24,
      height: 8,
    },
    rows('A', events('"hub", "code", "priority", "event", "count"', 'alert', `${chosenHubs} AND ${aboutHubs}`)),
  );
