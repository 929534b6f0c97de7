import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, it } from 'vitest';
import { buildTwinApi } from '#support/api-twins.ts';

it('a public linter has nothing to say against /api/openapi.json', async () => {
  const twins = await buildTwinApi();
  const source = (await twins.api.app.inject({ url: '/api/openapi.json' })).body;
  await twins.api.close();
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  const told = problems.map(
    ({ ruleId, message, location }) =>
      `${ruleId}: ${message} ${location.map(({ pointer }) => pointer ?? '').join(' ')}`,
  );
  expect(told).toEqual([]);

  // The linter does look: without names for its calls the same is refused.
  const nameless = source.replaceAll(/"operationId":"[^"]*",?/g, '');
  const again = await lintFromString({ source: nameless, absoluteRef: '/openapi.json', config });
  expect(again.map(({ ruleId }) => ruleId)).toContain('operation-operationId');
});
