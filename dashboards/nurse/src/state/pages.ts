import { roles as allRoles, type Role } from '../../../../gateway/model/role.ts';

/** The pages beside alerts and pumps, as they stand in the address. */
export const pageNames = [
  'pumps',
  'hubs',
  'on-call',
  'handover',
  'monitoring',
  'benefit',
  'alarm-load',
  'policy',
  'audit',
  'set-up',
  'sign-ins',
] as const;
export type PageName = (typeof pageNames)[number];

export const isPage = (name: string | undefined): name is PageName => pageNames.some((page) => page === name);

const clinical: readonly Role[] = ['nurse', 'pharmacist', 'supervisor', 'admin'];
const fleet: readonly Role[] = [...clinical, 'technician', 'auditor'];

const services: readonly Role[] = [...clinical, 'billing', 'auditor'];

/** Who finds which page in the navigation. The gateway decides what they may read; this only spares them a refusal. */
const roles: Readonly<Record<PageName, readonly Role[]>> = {
  pumps: fleet,
  hubs: fleet,
  'on-call': fleet,
  handover: [...clinical, 'auditor'],
  monitoring: services,
  benefit: services,
  'alarm-load': ['supervisor', 'admin'],
  policy: fleet,
  audit: ['auditor', 'admin'],
  'set-up': ['supervisor', 'admin'],
  'sign-ins': allRoles,
};

export const pagesFor = (role: Role): readonly PageName[] => pageNames.filter((page) => roles[page].includes(role));

/** Whoever answers for patients: alarms sound for them. */
export const isClinical = (role: Role): boolean => clinical.includes(role);
