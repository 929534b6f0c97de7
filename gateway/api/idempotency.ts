import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { KeptAnswer, KeptAnswersPort } from './ports-idempotency.ts';

/** The call that an answer is to be kept of. */
interface Keyed {
  readonly key: string;
  readonly fingerprint: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    keyed: Keyed | null;
  }
  interface FastifyContextConfig {
    /** The answer holds a secret that is shown once, so it is not kept. */
    showsSecret?: true;
  }
}

const KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * `Idempotency-Key` on POST: the same key with the same call gets the first answer again and nothing is done twice, for a
 * day; with another call it is refused. Keys are each person's own. Only what was done is kept, or refused for a reason that
 * stays: after 401, 403, 429 and 5xx the same key may be tried again.
 */
export function addIdempotency(app: FastifyInstance, answers: KeptAnswersPort, log: Logger): void {
  const inHand = new Set<string>();
  app.decorateRequest('keyed', null);

  app.addHook('preHandler', async (request, reply) => {
    const keyed = keyedOf(request);
    if (keyed === null) return;
    const found = findOrNone(keyed.key);
    if (found && found.fingerprint !== keyed.fingerprint) throw new GatewayError('key-reused', '');
    if (found) return again(reply, found.answer);
    if (inHand.has(keyed.key)) throw new GatewayError('call-in-hand', '');
    inHand.add(keyed.key);
    request.keyed = keyed;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { keyed } = request;
    if (keyed === null || !isKept(reply.statusCode)) return payload;
    const body = payload === undefined || payload === null ? '' : payload;
    if (typeof body !== 'string') return payload;
    try {
      answers.keep(keyed.key, keyed.fingerprint, {
        status: reply.statusCode,
        contentType: String(reply.getHeader('content-type') ?? ''),
        etag: reply.hasHeader('etag') ? String(reply.getHeader('etag')) : null,
        body,
      });
    } catch (thrown) {
      // It was done and has to be told, whether or not it can be told twice.
      log.warn({ err: thrown }, 'The answer to a keyed call could not be kept.');
    }
    return payload;
  });

  /** What cannot be read must not keep anybody from an act. */
  const findOrNone = (key: string) => {
    try {
      return answers.find(key);
    } catch (thrown) {
      log.warn({ err: thrown }, 'A kept answer could not be read.');
      return undefined;
    }
  };

  const release = async (request: FastifyRequest) => {
    if (request.keyed !== null) inHand.delete(request.keyed.key);
  };
  app.addHook('onResponse', release);
  app.addHook('onRequestAbort', release);
}

/** @throws GatewayError `bad-request` for a key that is none. */
function keyedOf(request: FastifyRequest): Keyed | null {
  const given = request.headers['idempotency-key'];
  const person = request.identity?.person;
  if (request.method !== 'POST' || given === undefined || !person) return null;
  if (request.routeOptions.config.showsSecret === true) return null;
  if (typeof given !== 'string' || !KEY.test(given)) {
    throw new GatewayError('bad-request', 'An Idempotency-Key has 1 to 128 printable characters.');
  }
  return {
    key: hashOf([person.name, person.role, person.agency, given]),
    fingerprint: hashOf([request.method, request.url, request.headers['if-match'] ?? null, request.body ?? null]),
  };
}

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');

const PASSING: ReadonlySet<number> = new Set([401, 403, 429]);
const isKept = (status: number): boolean => status < 500 && !PASSING.has(status);

function again(reply: FastifyReply, { status, contentType, etag, body }: KeptAnswer): FastifyReply {
  reply.status(status).header('idempotent-replayed', 'true');
  if (etag !== null) reply.header('etag', etag);
  if (contentType !== '') reply.type(contentType);
  // As bytes, so that it is not written as JSON a second time.
  return reply.send(body === '' ? undefined : Buffer.from(body));
}
