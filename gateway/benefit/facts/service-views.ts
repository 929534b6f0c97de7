import { REMOTE, type ServiceContent } from '#model/benefit-facts.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import type { ServiceView } from '#model/service-view.ts';
import { remoteMonitoringCitation } from '../service-records.ts';
import type { Fact } from './fact-book.ts';

const professionalCitation =
  'SSA 1861(iii)(2)(A); 42 CFR 486.525; 42 CFR 414.1550(b); Medicare Benefit Policy Manual ch. 15 s. 320.8';

/** In the home, by a professional: what the presence of a day is proved by. */
export const isVisit = ({ kind, place }: Pick<ServiceContent, 'kind' | 'place'>): boolean =>
  kind === 'professional' && place !== REMOTE;

export function viewOfFact({ id, version, patient, content, signature, reason, hash }: Fact<'service'>): ServiceView {
  const { start, end, evidence, ...rest } = content;
  return {
    ...rest,
    id,
    version,
    patient,
    pump: null,
    hub: null,
    alert: evidence.find(({ type }) => type === 'alert')?.ref ?? null,
    start,
    end,
    durationMs: end === null ? null : end - start,
    evidence,
    signature,
    correctedBecause: signature ? null : reason,
    covered: true,
    bundled: !isVisit(content),
    separatelyPayable: false,
    citation: content.kind === 'professional' ? professionalCitation : remoteMonitoringCitation,
    hash,
  };
}

export function viewOfAlertService(record: ServiceRecord): ServiceView {
  const { alertEvent: _, ...shown } = record;
  return {
    ...shown,
    version: 1,
    credential: null,
    channel: 'telemetry',
    need: null,
    planItem: null,
    pumpRateVerified: null,
    evidence: [{ type: 'alert', ref: record.alert, hash: null }],
    signature: null,
    correctedBecause: null,
    hash: null,
  };
}
