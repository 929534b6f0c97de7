import { useEffect, useState } from 'preact/hooks';
import { api, gatewayNow } from '../api/client.ts';
import type { Order, PatientIdentity } from '../api/wire.ts';

/** What the registry and the benefit know of whom a pump runs for. */
export interface PatientFacts {
  readonly id: string;
  /** Null while it is unknown or this person may not see it. */
  readonly identity: PatientIdentity | null;
  readonly orders: readonly Order[];
  /** Beginnings of visits, Unix ms. */
  readonly visits: readonly number[];
}

/** Tolerance of an ordered rate, as the alert rules have it. */
const tolerance = 0.1;

/** The band round the one ordered rate; null when none or several are ordered: which one runs is then not known. */
export function orderedBand(orders: readonly Order[]): { readonly low: number; readonly high: number } | null {
  const [rate, ...others] = orders.map(({ rateMlH }) => rateMlH).filter((ordered) => ordered !== null);
  if (rate === undefined || others.length > 0) return null;
  return { low: rate * (1 - tolerance), high: rate * (1 + tolerance) };
}

async function factsOf(patient: string): Promise<PatientFacts> {
  const [identity, orders, services] = await Promise.all([
    api.identityOf(patient),
    api.ordersOf(patient, gatewayNow()),
    api.servicesOf(patient),
  ]);
  const visits = services.result === 'ok' ? services.body.services.filter(({ place }) => place !== 'remote') : [];
  return {
    id: patient,
    identity: identity.result === 'ok' ? identity.body.record : null,
    orders: orders.result === 'ok' ? orders.body.records.map(({ record }) => record) : [],
    visits: visits.map(({ start }) => start),
  };
}

/** Whom the pump runs for now; null while that is unknown. */
export function usePatientOf(pump: string): PatientFacts | null {
  const [facts, setFacts] = useState<PatientFacts | null>(null);
  useEffect(() => {
    let over = false;
    const ask = async () => {
      const assigned = await api.assignmentOf(pump, gatewayNow());
      const patient = assigned.result === 'ok' ? assigned.body.records[0]?.record.patient : undefined;
      const found = patient === undefined ? null : await factsOf(patient);
      if (!over) setFacts(found);
    };
    void ask();
    return () => {
      over = true;
    };
  }, [pump]);
  return facts;
}
