import { hash, randomBytes } from 'node:crypto';
import type { Person, Role } from '#model/role.ts';

/** Collections of the state store that access uses. Keys of the first three are SHA-256 of the secret, in hex. */
export const collections = {
  tokens: 'access-token',
  links: 'access-link',
  sessions: 'access-session',
  users: 'access-user',
} as const;

/** Whoever a record lets in. A record without an agency is of one who sees all agencies. */
export type Who = { readonly name: string; readonly role: Role; readonly agency?: string | null };

export const personOf = ({ name, role, agency = null }: Who): Person => ({ name, role, agency });

/** An API token. The token itself is nowhere on disk. */
export type TokenRecord = Who & { readonly createdAt: number };

/** A one-time sign-in link. Deleted when spent. */
export type LinkRecord = Who & {
  readonly expiresAt: number;
  /** Of the first run: whoever opens it becomes the first person here. */
  readonly first?: boolean;
};

export type SessionRecord = Who & {
  readonly createdAt: number;
  readonly how?: 'link' | 'password';
  readonly address?: string | null;
  /** What the registry said of the person at the sign-in. */
  readonly standing?: string | null;
  /** Written at most once in `useNotedEveryMs`. */
  readonly usedAt: number;
};

/** Key: the name. `password` is null for a person who signs in by link only. */
export type UserRecord = Who & {
  readonly createdAt: number;
  readonly password: string | null;
};

/** 256 random bits in base64url. High entropy is what allows a plain hash as the stored form. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** The stored form of a token, link or session id. */
export const keyOf = (secret: string): string => hash('sha256', secret, 'hex');
