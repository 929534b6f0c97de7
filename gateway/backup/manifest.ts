import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { GatewayError } from '#kernel/errors.ts';

/** Of the manifest and of what lies around it. A gateway reads its own and every earlier one. */
export const BACKUP_FORMAT = 1;

/** Last in the archive: a backup without it was cut off. */
export const MANIFEST_NAME = 'manifest.json';

/** What an archive may hold: databases, and secret keys in a folder of their own. No name leads out of the folder. */
export const backupName = /^(?:[a-z][a-z-]*\.(?:db|jsonl)|keys\/[A-Za-z0-9][A-Za-z0-9._-]*)$/;

const manifestSchema = Type.Object({
  format: Type.Literal(BACKUP_FORMAT),
  /** Version of the gateway that made it. */
  gateway: Type.String(),
  /** ISO 8601, UTC. */
  takenAt: Type.String(),
  journal: Type.Object({
    /** Offset of the journal's last entry in the backup. */
    lastOffset: Type.Integer({ minimum: 0 }),
  }),
  /** Whether the secret keys are in it. */
  keys: Type.Boolean(),
  files: Type.Array(
    Type.Object({
      name: Type.String({ pattern: backupName.source }),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      /** Version of the form of a database; null for other files. */
      schema: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    }),
  ),
});

/** What a backup holds: each file with its length and SHA-256. */
export type Manifest = Static<typeof manifestSchema>;

/** One file of a backup. */
export type BackedUpFile = Manifest['files'][number];

/** @throws GatewayError `backup-damaged`, `backup-too-new` */
export function parseManifest(text: string): Manifest {
  const value = jsonOrNull(text);
  if (typeof value === 'object' && value !== null && 'format' in value) {
    const { format } = value;
    if (typeof format === 'number' && format > BACKUP_FORMAT) throw new GatewayError('backup-too-new', formOf(format));
  }
  if (Value.Check(manifestSchema, value)) return value;
  throw new GatewayError('backup-damaged', 'Its manifest is not of the form.');
}

export const formOf = (format: number): string => `Its form is ${format}, this gateway reads up to ${BACKUP_FORMAT}.`;

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
