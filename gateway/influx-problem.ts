import type { GatewayError } from '#kernel/errors.ts';
import type { Config, ConfigProblem } from './config/schema.ts';

interface Case {
  readonly says: RegExp;
  readonly where: (isV2: boolean) => string;
  readonly problem: (isV2: boolean) => string;
  readonly mend: (isV2: boolean) => string;
}

const SET_UP = '`infusion-gateway influx setup` makes it.';

/** What the server says, by what is wrong. The first that fits. */
const cases: readonly Case[] = [
  {
    says: /organization (?:name )?.*not found/i,
    where: () => 'INFUSION_INFLUX_ORG',
    problem: () => 'the server has no organisation of that name, or this token may not see it',
    mend: () => 'Mend the name, or use a token of that organisation.',
  },
  {
    says: /database not found|bucket .*not found|could not find bucket/i,
    where: (isV2) => (isV2 ? 'INFUSION_INFLUX_BUCKET' : 'INFUSION_INFLUX_DATABASE'),
    problem: (isV2) => `the server has no such ${isV2 ? 'bucket' : 'database'}`,
    mend: () => `Mend the name, or let it be made: ${SET_UP}`,
  },
  {
    says: /retention policy not found|dbrp|mapping/i,
    where: (isV2) => (isV2 ? 'INFUSION_INFLUX_BUCKET' : 'INFUSION_INFLUX_DATABASE'),
    problem: () => 'the place for minutes is missing',
    mend: () => SET_UP,
  },
  {
    says: /: 401\b|unauthorized|authorization failed|unable to parse authentication/i,
    where: (isV2) => (isV2 ? 'INFUSION_INFLUX_TOKEN' : 'INFUSION_INFLUX_PASSWORD'),
    problem: (isV2) => `the server does not know this ${isV2 ? 'token' : 'user and password'}`,
    mend: (isV2) => (isV2 ? 'Set a token of this server.' : 'Mend INFUSION_INFLUX_USERNAME and _PASSWORD.'),
  },
  {
    says: /: 403\b|forbidden|not authorized/i,
    where: (isV2) => (isV2 ? 'INFUSION_INFLUX_TOKEN' : 'INFUSION_INFLUX_USERNAME'),
    problem: (isV2) => `this ${isV2 ? 'token' : 'user'} may not do that`,
    mend: () => 'Give it the right to write and read there; for `influx setup`, the right to make it.',
  },
];

/** Tells apart what can be wrong between us and InfluxDB, each with its mend. */
export function influxProblem(error: GatewayError, { url, token }: Config['influx']): ConfigProblem {
  const isV2 = token !== undefined;
  const detail = error.detail.replace(/\.$/, '');
  const found = error.code === 'peer-unavailable' ? undefined : cases.find(({ says }) => says.test(detail));
  if (found) {
    return { where: found.where(isV2), problem: `${found.problem(isV2)} (${detail})`, mend: found.mend(isV2) };
  }
  if (error.code === 'peer-unavailable') {
    const mend = 'Check host, port and scheme, and that the server runs. The gateway starts without it and catches up.';
    return { where: 'INFUSION_INFLUX_URL', problem: `no InfluxDB answers at ${url} (${detail})`, mend };
  }
  return { where: 'INFUSION_INFLUX_URL', problem: detail, mend: error.kind.next };
}
