import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';

/** RFC 9110 §8.8.3, §13.1: the version of a record as its ETag, and as the condition of a write. */

export const conditionHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'the ETag of the version to change, such as "3"' })),
  'if-none-match': Type.Optional(Type.String({ description: '* for a record that is to be new' })),
});

const ETAG = /^(?:W\/)?"(\d{1,9})"$/;

/** The version that the caller saw, 0 for a new record. @throws GatewayError `version-needed` */
export function versionSeen(request: FastifyRequest): number {
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
  if (match === undefined && noneMatch === '*') return 0;
  const version = ETAG.exec(match ?? '')?.[1];
  if (version === undefined) throw new GatewayError('version-needed', '');
  return Number(version);
}

export function withETag<T extends { readonly version: number }>(reply: FastifyReply, value: T): T {
  reply.header('etag', `"${value.version}"`);
  return value;
}
