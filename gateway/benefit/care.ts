import type { Assignment, Order, PlanOfCare, SupplierSpan } from '#model/registry.ts';

/** What the registry knows of a patient's care, ended records included. */
export interface PatientCare {
  readonly zone: string;
  readonly orders: readonly Order[];
  readonly plans: readonly PlanOfCare[];
  readonly assignments: readonly Assignment[];
  /** When the patient's supplier was qualified. */
  readonly supplier: readonly SupplierSpan[];
}

/** The records that others keep and the benefit rests on. The composition root supplies them from the registry. */
export interface CareRecords {
  patients(): readonly string[];
  care(patient: string): PatientCare | undefined;
}

/** Care records in memory. */
export class MemoryCare implements CareRecords {
  readonly all = new Map<string, PatientCare>();

  patients = (): readonly string[] => [...this.all.keys()].sort();
  care = (patient: string): PatientCare | undefined => this.all.get(patient);
}
