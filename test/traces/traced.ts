import type { AlertEvent, AlertEventKind } from '#model/alert.ts';
import type { Delivery, Page } from '#model/paging.ts';
import { sampleAlert, sampleEvent } from '#support/api-samples.ts';
import type { Traced } from '#traces/alarm-trace.ts';

/** When the message of the hub came in. */
export const T = 1_772_323_200_000;
export const delivery = (more: Partial<Delivery>): Delivery => ({
  key: 'page-1/Nora/sms',
  page: 'page-1',
  alert: sampleAlert.id,
  step: 0,
  kind: 'page',
  recipient: 'Nora',
  channel: 'sms',
  state: 'delivered',
  queuedAt: T + 60,
  changedAt: T + 900,
  tries: 1,
  problem: null,
  ...more,
});
export const page: Page = {
  id: 'page-1',
  kind: 'page',
  alert: sampleAlert.id,
  version: 1,
  step: 0,
  round: 0,
  priority: 'high',
  hub: 'hub-1',
  pump: 'pump-1',
  patient: 'patient-7',
  targets: ['primary'],
  channels: [['sms']],
  receiptMs: null,
  at: T + 50,
  nextAt: null,
  by: null,
  gathers: [],
};
const event = (kind: AlertEventKind, at: number, cause: number | null): AlertEvent => ({
  ...sampleEvent,
  kind,
  at,
  cause,
});

/** An occlusion that was called by one text message. */
export const traced = (more: Partial<Traced> = {}): Traced => ({
  alert: sampleAlert,
  timeline: [event('opened', T + 40, 7), event('paged', T + 50, null)],
  evidence: [
    { offset: 7, kind: 'reading', hub: 'h', pump: 'p', boot: 'b', at: T - 5_000, receivedAt: T, told: '{"seq":1}' },
  ],
  pages: [page],
  deliveries: [delivery({})],
  ...more,
});
