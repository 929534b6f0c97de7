import { type Role, roles } from '#model/role.ts';

/** What a signed-in person or token may be allowed. */
export const permissions = [
  'alerts:read',
  'alerts:act',
  'fleet:read',
  'readings:read',
  'quarantine:read',
  'services:read',
  'services:write',
  'claims:read',
  'claims:write',
  'system:read',
  'metrics:read',
  'registry:read',
  'registry:write',
  'registry:admin',
  'devices:write',
  'orders:write',
  'patients:identify',
  'on-call:read',
  'on-call:write',
  'audit:read',
  'webhooks:write',
] as const;
export type Permission = (typeof permissions)[number];

/**
 * Role by permission. What is not listed is denied. A technician looks after hubs and pumps and sees what they send,
 * and acts on technical alerts, but does not answer for a patient (the alert engine refuses that); billing sees services and claims and nothing else clinical; an auditor reads everything and
 * changes nothing.
 */
const granted: Readonly<Record<Role, readonly Permission[]>> = {
  nurse: [
    'alerts:read',
    'alerts:act',
    'fleet:read',
    'readings:read',
    'quarantine:read',
    'services:read',
    'services:write',
    'system:read',
    'registry:read',
    'patients:identify',
    'on-call:read',
  ],
  pharmacist: [
    'alerts:read',
    'alerts:act',
    'fleet:read',
    'readings:read',
    'quarantine:read',
    'services:read',
    'services:write',
    'system:read',
    'registry:read',
    'orders:write',
    'patients:identify',
    'on-call:read',
  ],
  supervisor: [
    'alerts:read',
    'alerts:act',
    'fleet:read',
    'readings:read',
    'quarantine:read',
    'services:read',
    'services:write',
    'claims:read',
    'claims:write',
    'system:read',
    'registry:read',
    'registry:write',
    'devices:write',
    'orders:write',
    'patients:identify',
    'on-call:read',
    'on-call:write',
    'webhooks:write',
  ],
  technician: [
    'alerts:read',
    'alerts:act',
    'fleet:read',
    'readings:read',
    'quarantine:read',
    'system:read',
    'metrics:read',
    'registry:read',
    'devices:write',
    'on-call:read',
  ],
  billing: ['services:read', 'claims:read', 'claims:write', 'system:read', 'registry:read', 'patients:identify'],
  auditor: [
    'alerts:read',
    'fleet:read',
    'readings:read',
    'quarantine:read',
    'services:read',
    'claims:read',
    'system:read',
    'registry:read',
    'patients:identify',
    'on-call:read',
    'audit:read',
  ],
  admin: permissions,
};

const table: ReadonlyMap<Role, ReadonlySet<Permission>> = new Map(roles.map((role) => [role, new Set(granted[role])]));

export const mayDo = (role: Role, permission: Permission): boolean => table.get(role)?.has(permission) ?? false;
