import type { AlertPolicy } from '../../../../gateway/alerts/policy.ts';
import type { AlarmLoad } from '../../../../gateway/model/alarm-load.ts';
import type { Alert, AlertAction } from '../../../../gateway/model/alert.ts';
import type { AuditPage, AuditQuery } from '../../../../gateway/model/audit.ts';
import type { DayView } from '../../../../gateway/model/day-view.ts';
import type { HubView } from '../../../../gateway/model/fleet.ts';
import type { Handover } from '../../../../gateway/model/handover.ts';
import type { PolicyVersion } from '../../../../gateway/model/policy-version.ts';
import type { ServiceView } from '../../../../gateway/model/service-view.ts';
import type { Trend } from '../../../../gateway/model/trend.ts';
import type {
  AlertDetail,
  Assignment,
  ContactPoint,
  HandoverView,
  LimitRecord,
  OnCallView,
  Order,
  Patient,
  PatientIdentity,
  Person,
  PolicyAbout,
  Problem,
  Records,
  SignInView,
  SystemView,
  UnreachedAlert,
  Versioned,
  WirePump,
} from './wire.ts';

/** `offline`: nothing came back, so it may or may not have happened. `problem`: the gateway answered and refused. */
export type Answer<T> =
  | { readonly result: 'ok'; readonly body: T }
  | { readonly result: 'problem'; readonly problem: Problem }
  | { readonly result: 'offline' };

/** Longest wait for one answer; a radio link that needs more is as good as gone. */
const patienceMs = 15_000;

let serverAheadMs = 0;

/** The gateway's wall clock, Unix ms, judged by the `Date` of its last answer: ages must not depend on this device's clock. */
export const gatewayNow = (): number => Date.now() + serverAheadMs;

function noteServerTime(response: Response): void {
  const stated = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(stated)) return;
  const ahead = stated + 500 - Date.now();
  // The header counts whole seconds, so a smaller difference says nothing.
  serverAheadMs = Math.abs(ahead) > 3_000 ? ahead : 0;
}

async function problemOf(response: Response): Promise<Problem> {
  const bare: Problem = {
    title: `The gateway answered ${response.status}.`,
    status: response.status,
    code: 'unknown',
    detail: '',
    next: 'Try again. If it lasts, tell the person who runs the gateway.',
  };
  if (!(response.headers.get('content-type') ?? '').includes('json')) return bare;
  const body: Partial<Problem> = await response.json();
  return { ...bare, ...body };
}

/** What is put here is new: it must not write over a record that another person made meanwhile. */
const headersOf = (method: string): Record<string, string> => ({
  'content-type': 'application/json',
  ...(method === 'PUT' ? { 'if-none-match': '*' } : {}),
});

async function call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer<T>> {
  try {
    const response = await fetch(`/api/v1${path}`, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
      ...(body === undefined ? {} : { headers: headersOf(method), body: JSON.stringify(body) }),
    });
    noteServerTime(response);
    if (!response.ok) return { result: 'problem', problem: await problemOf(response) };
    const text = await response.text();
    return { result: 'ok', body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return { result: 'offline' };
  }
}

const id = encodeURIComponent;

export const api = {
  me: () => call<Person>('GET', '/me'),
  signInByLink: (token: string) => call<Person>('POST', '/session', { token }),
  signInByPassword: (name: string, password: string) => call<Person>('POST', '/session', { name, password }),
  signIns: () => call<{ signIns: SignInView[] }>('GET', '/me/sign-ins'),
  endSignIn: (one: string) => call<undefined>('DELETE', `/me/sign-ins/${id(one)}`),
  signOut: () => call<undefined>('DELETE', '/session'),
  openAlerts: () => call<{ alerts: Alert[] }>('GET', '/alerts?state=open'),
  closedAlertsOf: (pump: string) => call<{ alerts: Alert[] }>('GET', `/alerts?state=closed&pump=${id(pump)}`),
  alert: (alert: string) => call<AlertDetail>('GET', `/alerts/${id(alert)}`),
  act: (alert: string, { action, ...body }: AlertAction) => call<Alert>('POST', `/alerts/${id(alert)}/${action}`, body),
  pumps: () => call<{ pumps: WirePump[] }>('GET', '/pumps'),
  hubs: () => call<{ hubs: HubView[] }>('GET', '/hubs'),
  system: () => call<SystemView>('GET', '/system'),
  assignmentOf: (pump: string, at: number) =>
    call<Records<Assignment>>('GET', `/registry/assignments?pump=${id(pump)}&at=${Math.round(at)}`),
  limits: () => call<Records<LimitRecord>>('GET', '/registry/limits?limit=1000'),
  policies: () => call<{ policies: PolicyAbout[] }>('GET', '/policies'),
  policy: (version: number) => call<PolicyVersion<AlertPolicy>>('GET', `/policies/${version}`),
  pumpCodes: () => call<{ codes: string[] }>('GET', '/pump-codes'),
  agencies: () => call<Records<{ id: string }>>('GET', '/registry/agencies'),
  putNew: (path: string, body: object) => call<unknown>('PUT', path, body),
  unreached: () => call<{ unreached: UnreachedAlert[] }>('GET', '/unreached'),
  onCall: () => call<OnCallView>('GET', '/on-call'),
  handover: () => call<HandoverView>('GET', '/handover'),
  signHandover: (note: string) => call<Handover>('POST', '/handover/sign', { note }),
  acceptHandover: (accepted: readonly string[], synthesis: string) =>
    call<Handover>('POST', '/handover/accept', { accepted, synthesis }),
  audit: (asked: { who: string; about: string; kind: AuditQuery['kind'] | ''; before: number | null }) => {
    const given = Object.entries(asked).filter(([, value]) => value !== '' && value !== null);
    return call<AuditPage>('GET', `/audit?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`);
  },
  alarmLoad: (from: number, to: number) =>
    call<AlarmLoad>('GET', `/alarm-load?from=${Math.round(from)}&to=${Math.round(to)}`),
  myContacts: () => call<{ points: ContactPoint[] }>('GET', '/staff/me/contacts'),
  pushKey: () => call<{ key: string }>('GET', '/push/key'),
  addContact: (channel: string, address: string) =>
    call<ContactPoint>('POST', '/staff/me/contacts', { channel, address }),
  testPage: (point: string) =>
    call<{ sent: boolean; problem: string | null }>('POST', `/staff/me/contacts/${id(point)}/test`),
  patients: () => call<Records<Patient>>('GET', '/registry/patients?limit=1000'),
  ordersOf: (patient: string, at: number) =>
    call<Records<Order>>('GET', `/registry/orders?patient=${id(patient)}&at=${Math.round(at)}`),
  identityOf: (patient: string) => call<Versioned<PatientIdentity>>('GET', `/patients/${id(patient)}/identity`),
  servicesOf: (patient: string) => call<{ services: ServiceView[] }>('GET', `/patients/${id(patient)}/services`),
  signService: (patient: string, service: string, version: number) =>
    call<ServiceView>('POST', `/patients/${id(patient)}/services/${id(service)}/signature`, { version }),
  correctService: (patient: string, service: string, version: number, reason: string, change: object) =>
    call<ServiceView>('POST', `/patients/${id(patient)}/services/${id(service)}/correction`, {
      version,
      reason,
      change,
    }),
  daysOf: (patient: string, from: string, to: string) =>
    call<{ days: DayView[] }>('GET', `/patients/${id(patient)}/days?from=${from}&to=${to}`),
  trend: (pump: string, from: number, to: number, points: number) =>
    call<Trend>('GET', `/pumps/${id(pump)}/trend?from=${Math.round(from)}&to=${Math.round(to)}&points=${points}`),
};
