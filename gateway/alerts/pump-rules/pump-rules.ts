import { deliveryRule } from './delivery.ts';
import { forecastRule } from './forecast.ts';
import type { PumpRule } from './pump-rule.ts';

/** The rules that see every reading of a pump, in order. */
export const pumpRules: readonly PumpRule[] = [deliveryRule, forecastRule];
