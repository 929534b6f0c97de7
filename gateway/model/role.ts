/** What a person or program may be here. The table of what each may do is the API's. */
export const roles = ['nurse', 'supervisor', 'pharmacist', 'technician', 'billing', 'auditor', 'admin'] as const;
export type Role = (typeof roles)[number];

export const isRole = (text: string): text is Role => roles.some((role) => role === text);

/** Whoever acts: a signed-in person, or the holder of an API token under the token's name. */
export interface Person {
  readonly name: string;
  readonly role: Role;
  /** Whose patients this person sees; null for people of the gateway itself, who see all. */
  readonly agency: string | null;
}
