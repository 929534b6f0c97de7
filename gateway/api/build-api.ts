import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import fastifyCookie from '@fastify/cookie';
import Fastify from 'fastify';
import type { Registry } from 'prom-client';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError, systemCodeOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { OpenSockets } from '#kernel/open-sockets.ts';
import { seconds } from '#kernel/time.ts';
import type { ApiApp, SchemaTypes } from './api-app.ts';
import { addApiMetrics } from './api-metrics.ts';
import { addAudit } from './audit.ts';
import { addConsole } from './console-files.ts';
import { addErrorAnswers, answerError } from './error-answers.ts';
import { EventHub, type EventHubLimits } from './event-hub.ts';
import { addGuard, type Need } from './guard.ts';
import { addIdempotency } from './idempotency.ts';
import { addOpenApi, addOpenApiRoute } from './openapi.ts';
import type {
  AccessPort,
  AlertsPort,
  FleetPort,
  GapsPort,
  ReadingsPort,
  ServicesPort,
  SystemPort,
  TrendPort,
} from './ports.ts';
import type { AuditPort } from './ports-audit.ts';
import type { BenefitPort } from './ports-benefit.ts';
import type { HubCredentialsPort } from './ports-hub-credentials.ts';
import type { KeptAnswersPort } from './ports-idempotency.ts';
import type { NotifyPort } from './ports-notify.ts';
import type { PolicyPort, RegistryPort } from './ports-registry.ts';
import type { WebhooksPort } from './ports-webhooks.ts';
import { addRateLimit, type CallRates, defaultCallRates } from './rate-limit.ts';
import { addReplyPage } from './reply-page.ts';
import { addAlertRoutes } from './routes/alerts.ts';
import { addAuditRoute } from './routes/audit.ts';
import { addClaimRoutes } from './routes/claims.ts';
import { addContactRoutes } from './routes/contacts.ts';
import { addDayRoutes } from './routes/days.ts';
import { addEventRoute } from './routes/events.ts';
import { addFleetRoutes } from './routes/fleet.ts';
import { addGapsRoute } from './routes/gaps.ts';
import { addAlarmLoadRoute, addHandoverRoutes } from './routes/handover.ts';
import { addHubCredentialRoutes } from './routes/hub-credentials.ts';
import { addOnCallRoutes } from './routes/on-call.ts';
import { addPatientRoutes } from './routes/patients.ts';
import { addPolicyRoutes } from './routes/policy.ts';
import { addPumpCodesRoute } from './routes/pump-codes.ts';
import { addReadingRoutes } from './routes/readings.ts';
import { addRegistryRoutes } from './routes/registry.ts';
import { addProviderRoutes, addReplyRoutes } from './routes/replies.ts';
import { addServiceRoutes } from './routes/services.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addSignInRoutes } from './routes/sign-ins.ts';
import { addProbeRoutes, addSystemRoute } from './routes/system.ts';
import { addTrendRoute } from './routes/trend.ts';
import { addUnreachedRoute } from './routes/unreached.ts';
import { addWebhookRoutes } from './routes/webhooks.ts';
import { addScope, type ScopePort } from './scope.ts';
import { addSecurityHeaders, setSecurityHeaders } from './security-headers.ts';
import { validatorOf } from './validation.ts';

/** What the API stands on. The composition root supplies each. */
export interface ApiParts {
  readonly readings: ReadingsPort;
  readonly alerts: AlertsPort;
  readonly fleet: FleetPort;
  readonly trends: TrendPort;
  readonly gaps: GapsPort;
  readonly services: ServicesPort;
  readonly benefit: BenefitPort;
  readonly system: SystemPort;
  readonly access: AccessPort;
  readonly registry: RegistryPort;
  readonly policies: PolicyPort;
  readonly notify: NotifyPort;
  readonly hubCredentials: HubCredentialsPort;
  readonly webhooks: WebhooksPort;
  readonly audit: AuditPort;
  readonly keptAnswers: KeptAnswersPort;
  /** Whose each patient, pump and hub is. */
  readonly scope: ScopePort;
  /** The API adds its own figures and serves all of it. */
  readonly metrics: Registry;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ApiOptions {
  /** Version of the gateway, for the OpenAPI description. */
  readonly version: string;
  /** Where the built console is; absent or not built, `/` says how to build it. */
  readonly consoleFolder?: string;
  /** Whether /metrics is served without sign-in. For loopback. Default false. */
  readonly metricsOpen?: boolean;
  /** A reverse proxy in front tells address, scheme and host of the caller (`X-Forwarded-…`). Default false. */
  readonly behindProxy?: boolean;
  /** PEM texts; absent serves plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly events?: Partial<EventHubLimits>;
  readonly rates?: CallRates;
}

export interface ApiRoute {
  readonly method: string;
  readonly url: string;
  readonly needs: Need;
}

export interface Api {
  /** For tests: `inject` drives it without a socket. */
  readonly app: ApiApp;
  /** Every route with a need, in order of registration. */
  readonly routes: readonly ApiRoute[];
  /**
   * Starts to serve; port 0 takes any free one. Answers the address, for example `http://127.0.0.1:8080`.
   * @throws GatewayError `port-in-use`.
   */
  listen(host: string, port: number): Promise<string>;
  /** Ends live streams and waits for the requests in hand. */
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 64 * 1024;
/** An id of 64 characters, each of them percent-encoded. */
const MAX_PARAM_CHARS = 200;
/** A caller has this long to send its request, so that slow ones cannot hold every connection. */
const REQUEST_TIMEOUT_MS = 30_000;
/** What requests in hand have to come to their end when the gateway closes. */
const CLOSING_TIME = seconds(2);

/** Builds the API without listening. */
export async function buildApi(parts: ApiParts, options: ApiOptions): Promise<Api> {
  const { log, clock } = parts;
  const { tls } = options;
  const app: ApiApp = Fastify<Server, IncomingMessage, ServerResponse>({
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAM_CHARS },
    // One hop: what the proxy itself adds is believed, what its caller claims is not.
    trustProxy: options.behindProxy ? (_address: string, hop: number) => hop === 0 : false,
    // An address that cannot be read meets none of the hooks below.
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(request, reply);
      answerError(error, request, reply, log);
    },
    serverFactory: (handler) =>
      tls
        ? createTlsServer({ ...tls, requestTimeout: REQUEST_TIMEOUT_MS }, handler)
        : createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, handler),
  }).withTypeProvider<SchemaTypes>();
  app.setValidatorCompiler(validatorOf);
  // JSON is the only body the API reads; text would let a form of another site through.
  app.removeContentTypeParser('text/plain');

  const routes: ApiRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.needs === undefined) return;
    for (const one of [method].flat()) routes.push({ method: one, url, needs: config.needs });
  });
  const sockets = new OpenSockets(app.server);
  const hub = new EventHub({ ...parts, ...(options.events && { limits: options.events }) });
  app.addHook('preClose', async () => hub.close());

  addSecurityHeaders(app);
  addErrorAnswers(app, log);
  await app.register(fastifyCookie);
  addAudit(app, parts.audit);
  addGuard(app, parts.access, log);
  addRateLimit(app, clock, options.rates ?? defaultCallRates);
  addScope(app, parts.scope, parts.alerts);
  addIdempotency(app, parts.keptAnswers, log);
  addApiMetrics(app, parts.metrics, () => hub.size);
  await addOpenApi(app, options.version);

  addProbeRoutes(app, parts.system, parts.metrics, options.metricsOpen ?? false);
  addOpenApiRoute(app);
  await app.register(
    (plain, _options, done) => {
      const scope = plain.withTypeProvider<SchemaTypes>();
      addSessionRoutes(scope, parts.access);
      addSignInRoutes(scope, parts.access);
      addFleetRoutes(scope, parts.fleet, parts.alerts);
      addTrendRoute(scope, { trends: parts.trends, fleet: parts.fleet, clock });
      addReadingRoutes(scope, parts.readings);
      addGapsRoute(scope, parts.gaps, clock);
      addAlertRoutes(scope, parts.alerts, parts.notify.notices);
      addUnreachedRoute(scope, parts.alerts, parts.notify.notices);
      addReplyRoutes(scope, parts.notify.replies, parts.notify.notices);
      addProviderRoutes(scope, parts.notify.replies);
      addOnCallRoutes(scope, parts.notify.onCall, parts.notify.visits, clock);
      addHandoverRoutes(scope, parts.notify.handovers);
      addAlarmLoadRoute(scope, parts.notify.load);
      addContactRoutes(scope, parts.notify.contacts, (name) => parts.notify.isStaff(name));
      addServiceRoutes(scope, parts.services, parts.benefit);
      addClaimRoutes(scope, parts.benefit);
      addDayRoutes(scope, parts.benefit);
      addPumpCodesRoute(scope, parts.benefit);
      addSystemRoute(scope, parts.system);
      addRegistryRoutes(scope, parts.registry);
      addPolicyRoutes(scope, parts.policies);
      addPatientRoutes(scope, parts.registry);
      addHubCredentialRoutes(scope, parts.hubCredentials, parts.registry);
      addWebhookRoutes(scope, parts.webhooks);
      addAuditRoute(scope, parts.audit);
      addEventRoute(scope, hub, log);
      done();
    },
    { prefix: '/api/v1' },
  );
  addReplyPage(app);
  await addConsole(app, options.consoleFolder);
  await app.ready();

  return {
    app,
    routes,
    listen: (host, port) => listen(app, tls ? 'https' : 'http', host, port),
    close: async () => {
      const late = clock.after(CLOSING_TIME, 'closing-http', () => sockets.destroyAll());
      try {
        await app.close();
      } finally {
        late.cancel();
      }
    },
  };
}

async function listen(app: ApiApp, scheme: string, host: string, port: number): Promise<string> {
  try {
    const address = await app.listen({ host, port });
    // The framework cannot see that the server made for it speaks TLS.
    return address.replace(/^http:/, `${scheme}:`);
  } catch (thrown) {
    if (systemCodeOf(thrown) === 'EADDRINUSE') {
      throw new GatewayError('port-in-use', `HTTP ${host}:${port}.`, { cause: thrown });
    }
    throw thrown;
  }
}
