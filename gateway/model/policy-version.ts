/** Where the numbers of the alert rules came from: those that the gateway has of its own, or the agency's file. */
export const policySources = ['built-in', 'file'] as const;
export type PolicySource = (typeof policySources)[number];

/** Numbers of the alert rules as they were in force from one moment on. */
export interface PolicyVersion<Policy = object> {
  /** From 1, one more for each change. */
  readonly version: number;
  /** What the policy calls itself; it stands in every alert that it made. */
  readonly name: string;
  /** In force from, Unix ms, until the next version begins. */
  readonly from: number;
  /** The user of the machine who started the gateway with it. */
  readonly by: string;
  readonly source: PolicySource;
  readonly policy: Policy;
}
