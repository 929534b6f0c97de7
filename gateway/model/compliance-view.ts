/** Something that the plan of care or the law asks for, and whether it is done. */
export interface ComplianceItem {
  readonly what: 'monitoring' | 'plan-review' | 'accreditation' | 'certificate' | 'reachability';
  readonly plan: string | null;
  readonly state: 'overdue' | 'due' | 'unknown' | 'done';
  /** A local date of the patient. */
  readonly due: string | null;
  readonly lastOn: string | null;
  readonly text: string;
  readonly citation: string;
}
