import Type from 'typebox';
import type { ApiApp } from '../api-app.ts';
import type { BenefitPort } from '../ports-benefit.ts';

/** What an order may name as its pump for the benefit. */
export function addPumpCodesRoute(app: ApiApp, benefit: Pick<BenefitPort, 'pumpCodes'>): void {
  app.get(
    '/pump-codes',
    {
      config: { needs: 'registry:read', scope: 'nobodys' },
      schema: {
        summary: 'HCPCS codes of pumps that are durable medical equipment today, by the rules of the benefit',
        tags: ['registry'],
        response: { 200: Type.Object({ codes: Type.Array(Type.String({ description: 'such as E0781' })) }) },
      },
    },
    () => ({ codes: [...benefit.pumpCodes()] }),
  );
}
