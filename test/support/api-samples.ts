import type { Alert, AlertEvent } from '#model/alert.ts';
import type { Explanation } from '#model/explanation.ts';
import type { HubView, PumpView } from '#model/fleet.ts';
import type { ServiceRecord } from '#model/service-record.ts';

/** One of each thing that the API shows, with every field set. */

export const START_MS = Date.UTC(2026, 5, 1, 12);

export const sampleAlert: Alert = {
  id: '01JZ0000000000000000000001',
  version: 3,
  pump: 'pump-1',
  hub: 'hub-1',
  patient: 'patient-7',
  code: 'occlusion-downstream',
  priority: 'high',
  text: 'Line blocked between pump and patient',
  state: 'open',
  condition: 'active',
  stateUnknown: false,
  response: 'unacknowledged',
  acknowledgedBy: null,
  acknowledgedAt: null,
  acknowledgementExpires: null,
  assignedTo: null,
  escalationStep: null,
  nextStepAt: null,
  held: null,
  chatter: false,
  missed: false,
  since: START_MS - 60_000,
  learnedAt: START_MS - 59_000,
  clearedAt: null,
  closedAt: null,
  outcome: null,
  count: 1,
  drug: 'J1569',
  policy: 'default-1',
};

export const sampleEvent: AlertEvent = {
  alert: sampleAlert.id,
  kind: 'opened',
  at: START_MS,
  by: null,
  reason: 'The pump reports it.',
  cause: 17,
  note: null,
  after: sampleAlert,
};

/** What is behind `sampleAlert`. */
export const sampleEvidence: Pick<Explanation, 'rule' | 'evidence' | 'pages'> = {
  rule: { source: 'pump', mdcCode: 197_360, policy: 'default-1' },
  evidence: [
    {
      offset: 17,
      kind: 'reading',
      hub: 'hub-1',
      pump: 'pump-1',
      boot: 'boot-1',
      at: START_MS - 60_000,
      receivedAt: START_MS - 59_000,
      told: '{"seq":4}',
    },
  ],
  pages: [
    {
      id: '01JZ0000000000000000000001/0/0',
      kind: 'page',
      alert: '01JZ0000000000000000000001',
      version: 1,
      step: 0,
      round: 0,
      priority: 'high',
      hub: 'hub-1',
      pump: 'pump-1',
      patient: 'patient-7',
      targets: ['primary', { person: 'Ana' }],
      channels: [['push', 'sms'], ['voice']],
      receiptMs: 30_000,
      at: START_MS,
      nextAt: START_MS + 120_000,
      by: null,
      gathers: [],
    },
  ],
};

export const sampleHub: HubView = {
  id: 'hub-1',
  state: 'online',
  boot: 'boot-1',
  firmware: '1.2.0',
  lastSeen: START_MS,
  clockSkewMs: -12.5,
  pumps: ['pump-1'],
};

export const samplePump: PumpView = {
  id: 'pump-1',
  hub: 'hub-1',
  model: 'infusomat-space',
  serial: null,
  lastSeen: START_MS,
  stateUnknown: false,
  clockSkewMs: null,
  latest: {
    seq: 4,
    atMs: START_MS,
    state: 'infusing',
    rateMlH: 12.5,
    alarms: [{ code: 'unknown', vendorCode: 'x-a' }],
  },
  boot: 'boot-1',
  gaps: [{ boot: 'boot-1', from: 2, to: 3 }],
};

export const sampleService: ServiceRecord = {
  id: 'service-1',
  kind: 'remote-monitoring',
  patient: 'patient-7',
  pump: 'pump-1',
  hub: 'hub-1',
  alert: sampleAlert.id,
  performer: 'nurse',
  action: 'acknowledged',
  start: START_MS,
  end: START_MS + 60_000,
  durationMs: 60_000,
  finding: null,
  place: 'remote',
  covered: true,
  bundled: true,
  separatelyPayable: false,
  citation: 'SSA 1861(iii)(2)(B)',
  alertEvent: 2,
};
