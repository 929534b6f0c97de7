import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { finished, frame, uids } from './frame.ts';
import { colours, noneIsGood, steps, units } from './looks.ts';
import { type About, metricPanel, metricValuePanel } from './panels.ts';
import { prom, promNow } from './sources.ts';

/** The gateway itself, from its /metrics by way of Prometheus. */
export function gatewayDashboard(): Dashboard {
  const dashboard = frame({
    uid: uids.gateway,
    title: 'Infusion gateway',
    description: 'The gateway itself: whether it does all its work, how fast it stores, what it refuses, what waits.',
    from: 'now-6h',
    refresh: '15s',
  });
  for (const panel of [...values(), ...intake(), ...store(), ...serial(), ...process()]) dashboard.withPanel(panel);
  return finished(dashboard);
}

const small = (title: string, description: string, unit: string, span = 4): About => ({
  title,
  description,
  unit,
  span,
  height: 4,
});
const half = (title: string, description: string, unit: string): About => ({
  title,
  description,
  unit,
  span: 12,
  height: 8,
});
const third = (title: string, description: string, unit: string): About => ({
  title,
  description,
  unit,
  span: 8,
  height: 8,
});

const values = () => [
  metricValuePanel(
    small('Ready', '1: it does all its work.', units.count),
    promNow('A', 'min(infusion_ready)', 'ready'),
  ).thresholds(steps(colours.danger, [1, colours.good])),
  metricValuePanel(
    small('MQTT connections', 'Open MQTT connections.', units.count),
    promNow('A', 'sum(infusion_mqtt_connections)', 'connections'),
  ).thresholds(steps(colours.danger, [1, colours.good])),
  metricValuePanel(
    small('Series behind', 'Age of the oldest entry that is not in the time series store yet.', units.seconds),
    promNow('A', 'max(infusion_series_lag_seconds)', 'behind'),
  ).thresholds(steps(colours.good, [10, colours.notice], [60, colours.warning], [600, colours.danger])),
  metricValuePanel(
    small('Refused', 'Messages and readings refused in the last hour.', units.count, 3),
    promNow('A', 'sum(increase(infusion_refused_total[1h])) or vector(0)', 'refused'),
  ).thresholds(noneIsGood(colours.warning)),
  metricValuePanel(
    small('Journal', 'Size of the journal files.', units.bytes, 3),
    promNow('A', 'sum(infusion_journal_bytes)', 'journal'),
  ),
  metricValuePanel(
    small('Up since', 'How long ago the process started.', units.seconds, 3),
    promNow('A', 'time() - max(process_start_time_seconds)', 'up'),
  ),
  metricValuePanel(
    small('Last backup', 'How long ago the last backup was made.', units.seconds, 3),
    promNow('A', 'time() - max(infusion_last_backup_timestamp_seconds > 0)', 'ago'),
  ).thresholds(steps(colours.good, [26 * 3_600, colours.warning], [7 * 86_400, colours.danger])),
];

const intake = () => [
  metricPanel(
    half('Readings', 'Stored, and sent again and stored once.', units.perSecond),
    prom('A', 'sum(rate(infusion_readings_total[$__rate_interval]))', 'stored'),
    prom('B', 'sum(rate(infusion_duplicates_total[$__rate_interval]))', 'sent again'),
    prom('C', 'sum(rate(infusion_statuses_total[$__rate_interval]))', 'hub statuses'),
  ).min(0),
  metricPanel(
    half('Refused, by reason', 'Messages and readings refused, by reason.', units.perSecond),
    prom('A', 'sum by (code) (rate(infusion_refused_total[$__rate_interval]))', '{{code}}'),
  ).min(0),
  metricPanel(
    third('Time to durable', 'From handing a batch to the journal to its being on disk.', units.seconds),
    prom('A', quantile(0.5, 'infusion_commit_seconds_bucket'), 'half'),
    prom('B', quantile(0.99, 'infusion_commit_seconds_bucket'), '99 of 100'),
  )
    .min(0)
    .thresholds(steps(colours.good, [0.1, colours.warning], [1, colours.danger])),
  metricPanel(
    third('Transactions', 'Transactions of the journal; each is one sync of the disk.', units.perSecond),
    prom('A', 'sum(rate(infusion_commits_total[$__rate_interval]))', 'transactions'),
  ).min(0),
  metricPanel(
    third(
      'Waiting for the disk',
      'Messages that came and are not durable yet. Hubs have no answer to them.',
      units.count,
    ),
    prom('A', 'sum(infusion_waiting_messages)', 'messages'),
  ).min(0),
];

const store = () => [
  metricPanel(
    third('Waiting for the disk, bytes', 'What those messages weigh.', units.bytes),
    prom('A', 'sum(infusion_waiting_bytes)', 'waiting'),
  ).min(0),
  metricPanel(
    third('Entries behind', 'Journal entries that are not in the time series store yet.', units.count),
    prom('A', 'sum(infusion_series_lag_points)', 'entries'),
  ).min(0),
  metricPanel(
    third('Growth of the journal', 'Size of the journal files.', units.bytes),
    prom('A', 'sum(infusion_journal_bytes)', 'journal'),
  ).min(0),
];

const serial = () => [
  metricPanel(
    third('Serial lines', '1: the line is open and heard.', units.count),
    prom('A', 'min by (port) (infusion_serial_open)', '{{port}}'),
  ).min(0),
  metricPanel(
    third('Frames of serial lines', 'Whole frames received, and times the line had to be opened.', units.perSecond),
    prom('A', 'sum by (port) (rate(infusion_serial_frames_total[$__rate_interval]))', '{{port}} frames'),
    prom('B', 'sum by (port) (rate(infusion_serial_openings_total[$__rate_interval]))', '{{port}} openings'),
  ).min(0),
  metricPanel(
    third('Thrown away', 'Bytes of serial lines that were no frame.', units.bytes),
    prom('A', 'sum by (port) (increase(infusion_serial_discarded_bytes_total[$__rate_interval]))', '{{port}}'),
  ).min(0),
];

const process = () => [
  metricPanel(
    third('Answers of the API', 'How long 95 of 100 requests took at most, by route.', units.seconds),
    prom(
      'A',
      `histogram_quantile(0.95, sum by (le, route) (rate(infusion_http_request_duration_seconds_bucket[$__rate_interval])))`,
      '{{route}}',
    ),
  ).min(0),
  metricPanel(
    third('Live event streams', 'Consoles that are open now.', units.count),
    prom('A', 'sum(infusion_event_streams)', 'streams'),
  ).min(0),
  metricPanel(
    third('Event loop', 'How late the main thread gets to its work, 99 of 100.', units.seconds),
    prom('A', 'max(nodejs_eventloop_lag_p99_seconds)', 'lag'),
  ).min(0),
  metricPanel(
    half('Processor', 'Share of one processor.', units.share),
    prom('A', 'sum(rate(process_cpu_seconds_total[$__rate_interval]))', 'processor'),
  ).min(0),
  metricPanel(
    half('Memory', 'Held by the process, and by its main thread for objects.', units.bytes),
    prom('A', 'sum(process_resident_memory_bytes)', 'process'),
    prom('B', 'sum(nodejs_heap_size_used_bytes)', 'objects'),
  ).min(0),
];

function quantile(share: number, metric: string): string {
  return `histogram_quantile(${share}, sum by (le) (rate(${metric}[$__rate_interval])))`;
}
