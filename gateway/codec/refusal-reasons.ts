import type { TLocalizedValidationError } from 'typebox/error';
import type { Refusal, RefusalCode } from './refusal.ts';
import { readingCheck, statusCheck } from './wire-schema.ts';

/** Why a reading that failed its check was refused. Slow and thorough: it runs on bad input only. */
export function explainReading(value: unknown, index: number): Refusal {
  return explain(value, readingCheck.Errors(value), `reading ${index}`);
}

/** Why a status that failed its check was refused. */
export function explainStatus(value: unknown): Refusal {
  return explain(value, statusCheck.Errors(value), 'status');
}

function explain(value: unknown, errors: TLocalizedValidationError[], where: string): Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { code: 'not-an-object', detail: where };
  }
  const [first] = errors;
  // The schema bounds the earliest time; the latest depends on the gateway's clock and is checked beside it.
  if (!first) return { code: 'time-too-late', detail: `${where}: at` };
  const field = first.keyword === 'required' ? first.params.requiredProperties.join(', ') : first.instancePath.slice(1);
  return { code: codeOf(first, field), detail: `${where}: ${field}` };
}

function codeOf(error: TLocalizedValidationError, field: string): RefusalCode {
  switch (error.keyword) {
    case 'required':
      return 'missing-field';
    case 'type':
      return 'wrong-type';
    case 'enum':
      return 'unknown-state';
    case 'pattern':
      return field === 'boot' || field.endsWith('/id') ? 'bad-id' : 'bad-text';
    case 'minimum':
      return field === 'at' ? 'time-too-early' : 'out-of-range';
    case 'maximum':
      return field === 'at' ? 'time-too-late' : 'out-of-range';
    default:
      return 'out-of-range';
  }
}
