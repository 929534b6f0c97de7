import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import type { ApiApp } from '../api-app.ts';
import type { HubCredentialsPort, IssuedToHub } from '../ports-hub-credentials.ts';
import type { RegistryPort } from '../ports-registry.ts';

const tags = ['hub identity'];
const strict = { additionalProperties: false } as const;
const params = Type.Object({ id: Type.String() });
const pem = (what: string) => Type.String({ minLength: 1, maxLength: 8_192, description: `${what}, PEM` });
const code = Type.String({ minLength: 1, maxLength: 64, description: 'the one-time claim code' });
const issuedSchema = Type.Object({
  hub: Type.String(),
  certificate: Type.String({ description: 'PEM, for 90 days' }),
  authority: Type.String({ description: 'PEM: who vouches for hubs and, with INFUSION_TLS=own, for the gateway' }),
  notAfter: Type.Integer({ description: 'when it ends, Unix ms; renew in the last 30 days' }),
});

/** How a hub gets what it comes in with, and loses it. */
export function addHubCredentialRoutes(app: ApiApp, credentials: HubCredentialsPort, registry: RegistryPort): void {
  addHubSide(app, credentials);
  const config = { needs: 'devices:write' } as const;
  app.get(
    '/hub-credentials',
    {
      config: { needs: 'registry:read', scope: { rows: 'credentials' } },
      schema: {
        summary: 'Hubs that may come in, and until when',
        tags,
        response: {
          200: Type.Object({
            credentials: Type.Array(
              Type.Object({
                hub: Type.String(),
                certificates: Type.Integer(),
                notAfter: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
                password: Type.Boolean(),
              }),
            ),
          }),
        },
      },
    },
    () => ({ credentials: [...credentials.list()] }),
  );
  app.post(
    '/hubs/:id/claim-code',
    {
      config: { ...config, showsSecret: true },
      schema: {
        summary: 'A one-time claim code for a hub of the registry, good for ten minutes',
        tags,
        params,
        response: { 200: Type.Object({ hub: Type.String(), code: Type.String() }) },
      },
    },
    (request) => {
      const { id } = request.params;
      if (!registry.get('hubs', id)) throw new GatewayError('not-found', 'No hub of that id is in the registry.');
      return { hub: id, code: credentials.provision(id) };
    },
  );
  app.post(
    '/hubs/:id/revoke',
    {
      config,
      schema: {
        summary: 'End every certificate, password and claim code of a hub; its link is cut within seconds',
        tags,
        params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      if (!credentials.revoke(request.params.id)) throw new GatewayError('not-found', 'That hub has no credentials.');
      return reply.status(204).send(null);
    },
  );
}

function addHubSide(app: ApiApp, credentials: HubCredentialsPort): void {
  const config = { needs: 'open' } as const;
  const issued = (to: IssuedToHub) => ({
    hub: to.hub,
    certificate: to.certificate,
    authority: credentials.authority,
    notAfter: to.notAfter,
  });
  app.post(
    '/hub-claims/certificate',
    {
      config,
      schema: {
        summary: 'Spend a claim code on a certificate for a key that never leaves the hub',
        tags,
        body: Type.Object({ code, csr: pem('a PKCS#10 request') }, strict),
        response: { 200: issuedSchema },
      },
    },
    async (request) => issued(await credentials.claimCertificate(request.body.code, request.body.csr, request.ip)),
  );
  app.post(
    '/hub-claims/password',
    {
      config,
      schema: {
        summary: 'Spend a claim code on a password, for a hub that cannot do certificates',
        tags,
        body: Type.Object({ code }, strict),
        response: { 200: Type.Object({ hub: Type.String(), password: Type.String() }) },
      },
    },
    (request) => credentials.claimPassword(request.body.code, request.ip),
  );
  app.post(
    '/hub-claims/renewal',
    {
      config,
      schema: {
        summary: 'The next certificate, in the last 30 days of the one at hand; both are good until it ends',
        tags,
        body: Type.Object(
          {
            certificate: pem('the certificate at hand'),
            csr: pem('a PKCS#10 request'),
            signature: Type.String({
              maxLength: 1_024,
              description: 'over the text of `csr` by the key of `certificate`, SHA-256, base64',
            }),
          },
          strict,
        ),
        response: { 200: issuedSchema },
      },
    },
    async (request) => {
      const { certificate, csr, signature } = request.body;
      return issued(await credentials.renew(certificate, csr, Buffer.from(signature, 'base64'), request.ip));
    },
  );
}
