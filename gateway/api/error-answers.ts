import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { PROBLEM_CONTENT_TYPE, problemOf, retryAfterSeconds, shownError } from './problem.ts';

/** Every error leaves as a problem; those that are ours are also written down, with the reference that was shown. */
export function addErrorAnswers(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((thrown, request, reply) => answerError(thrown, request, reply, log));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new GatewayError('not-found', `${request.method} ${pathOf(request)} is no call of this API.`)),
  );
}

export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const error = shownError(thrown, request.id);
  if (problemOf(error).status >= 500) {
    const route = request.routeOptions.url ?? 'none';
    log.error({ err: thrown, reference: request.id, method: request.method, route }, 'A request failed.');
  }
  return sendProblem(reply, error);
}

function sendProblem(reply: FastifyReply, error: GatewayError): FastifyReply {
  const problem = problemOf(error);
  const wait = retryAfterSeconds(error);
  if (wait !== undefined) reply.header('retry-after', wait);
  if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="infusion-gateway"');
  return reply.status(problem.status).type(PROBLEM_CONTENT_TYPE).send(problem);
}

const pathOf = (request: FastifyRequest): string => (request.url.split('?', 1)[0] ?? '').slice(0, 200);
