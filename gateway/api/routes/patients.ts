import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { patientIdentitySchema } from '#model/registry.ts';
import type { ApiApp } from '../api-app.ts';
import { identityOf } from '../guard.ts';
import type { RegistryPort } from '../ports-registry.ts';
import { conditionHeaders, versionSeen, withETag } from '../versions.ts';

const tags = ['registry'];
const params = Type.Object({ id: Type.String() });
const scope = { param: 'id', is: 'patient' } as const;
const response = {
  200: Type.Object({ record: patientIdentitySchema, version: Type.Integer(), at: Type.Integer(), by: Type.String() }),
};

/** Who a patient is. The only routes that say it. */
export function addPatientRoutes(app: ApiApp, registry: RegistryPort): void {
  app.get(
    '/patients/:id/identity',
    {
      config: { needs: 'patients:identify', scope },
      schema: { summary: 'Name and record number of a patient, and whom to call at the home', tags, params, response },
    },
    (request, reply) => {
      const found = registry.identity(request.params.id);
      if (!found) throw new GatewayError('not-found', 'No name is kept for that patient.');
      return withETag(reply, found);
    },
  );
  app.put(
    '/patients/:id/identity',
    {
      config: { needs: 'registry:write', scope },
      schema: {
        summary: 'Write name and record number of a patient, and whom to call at the home',
        tags,
        params,
        headers: conditionHeaders,
        body: patientIdentitySchema,
        response,
      },
    },
    (request, reply) => {
      const options = { by: identityOf(request).person.name, version: versionSeen(request) };
      return withETag(reply, registry.putIdentity(request.params.id, request.body, options));
    },
  );
}
