import { GatewayError } from '#kernel/errors.ts';
import { identifier, literal, seriesIn } from './influxql.ts';

/**
 * Asks whether the point of a line is in the store, by measurement, tags and time. `policy` is the retention policy where
 * it is not the default one.
 */
export async function isHeld(ask: (text: string) => Promise<unknown>, line: string, policy?: string): Promise<boolean> {
  try {
    return seriesIn(await ask(pointText(line, policy))).some(({ values }) => values.length > 0);
  } catch (error) {
    if (error instanceof GatewayError && /(?:database|retention policy|bucket).* not found/i.test(error.detail))
      return false;
    throw error;
  }
}

/** InfluxQL for the one point of a line. */
export function pointText(line: string, policy?: string): string {
  const [head = ''] = /^(?:[^ \\]|\\.)*/.exec(line) ?? [];
  const [measurement = '', ...tags] = head.split(/(?<!\\),/);
  const from = [...(policy === undefined ? [] : [policy]), measurement].map(identifier).join('.');
  const conditions = tags.map((tag) => {
    const place = tag.indexOf('=');
    return ` AND ${identifier(tag.slice(0, place))} = ${literal(tag.slice(place + 1).replace(/\\([,= ])/g, '$1'))}`;
  });
  return `SELECT * FROM ${from} WHERE time = ${line.slice(line.lastIndexOf(' ') + 1)}${conditions.join('')} LIMIT 1`;
}
