import Type from 'typebox';
import { GatewayError } from '#kernel/errors.ts';
import { policySources } from '#model/policy-version.ts';
import type { ApiApp } from '../api-app.ts';
import type { PolicyPort } from '../ports-registry.ts';
import { withETag } from '../versions.ts';

const about = {
  version: Type.Integer({ description: 'from 1, one more for each change' }),
  name: Type.String({ description: 'what the policy calls itself; it stands in every alert that it made' }),
  from: Type.Integer({ description: 'in force from, Unix ms, until the next version begins' }),
  by: Type.String({ description: 'the user of the machine who started the gateway with it' }),
  source: Type.Enum([...policySources]),
};
const policy = Type.Unsafe<object>({ type: 'object', additionalProperties: true });
const one = Type.Object({ ...about, policy });
const config = { needs: 'alerts:read', scope: 'nobodys' } as const;
const tags = ['alerts'];

/** The numbers of the alert rules and every version of them. They are changed by the file that the gateway starts with. */
export function addPolicyRoutes(app: ApiApp, policies: PolicyPort): void {
  app.get(
    '/policies',
    {
      config,
      schema: {
        summary: 'Versions of the alert policy, newest first; the first is in force',
        tags,
        response: { 200: Type.Object({ policies: Type.Array(Type.Object(about)) }) },
      },
    },
    () => ({ policies: policies.versions().map(({ policy: _numbers, ...rest }) => rest) }),
  );
  app.get(
    '/policies/:version',
    {
      config,
      schema: {
        summary: 'One version of the alert policy, with its numbers',
        tags,
        params: Type.Object({ version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
        response: { 200: one },
      },
    },
    (request, reply) => {
      const found = policies.get(request.params.version);
      if (!found) throw new GatewayError('not-found', 'There is no version of that number.');
      return withETag(reply, found);
    },
  );
}
