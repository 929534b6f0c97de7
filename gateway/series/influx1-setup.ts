import { identifier, makingTexts, seriesIn } from './influxql.ts';
import { MINUTES_POLICY } from './series-store.ts';
import { retentionStep, type SetupPlan, type SetupStep, secondsOf } from './store-setup.ts';

/** Asks InfluxDB 1.x one statement. */
export type AskInfluxQl = (text: string) => Promise<unknown>;

interface Policy {
  readonly name: string;
  readonly seconds: number;
  readonly isDefault: boolean;
}

/** Makes the database and its two retention policies where they are missing. Needs an admin. Idempotent. */
export async function setUpInflux1(ask: AskInfluxQl, database: string, plan: SetupPlan): Promise<readonly SetupStep[]> {
  const { retention } = plan;
  const [makeDatabase, makeMinutes] = makingTexts(database, retention);
  const steps: SetupStep[] = [];
  const present = await databasesOf(ask);
  if (!present.includes(database) && makeDatabase !== undefined) {
    seriesIn(await ask(makeDatabase));
    steps.push({ thing: `database "${database}"`, state: 'made', detail: `keeps ${retention.rawDays} days` });
  } else {
    const raw = (await policiesOf(ask, database)).find(({ isDefault }) => isDefault);
    const thing = `database "${database}", retention policy "${raw?.name ?? ''}"`;
    steps.push(
      await retentionStep(thing, raw?.seconds ?? 0, secondsOf(retention.rawDays), plan, () =>
        alter(ask, database, raw?.name ?? '', retention.rawDays),
      ),
    );
  }
  const minutes = (await policiesOf(ask, database)).find(({ name }) => name === MINUTES_POLICY);
  const thing = `retention policy "${MINUTES_POLICY}"`;
  if (!minutes && makeMinutes !== undefined) {
    seriesIn(await ask(makeMinutes));
    steps.push({ thing, state: 'made', detail: `keeps ${retention.rollupDays} days` });
  } else {
    steps.push(
      await retentionStep(thing, minutes?.seconds ?? 0, secondsOf(retention.rollupDays), plan, () =>
        alter(ask, database, MINUTES_POLICY, retention.rollupDays),
      ),
    );
  }
  return steps;
}

export async function databasesOf(ask: AskInfluxQl): Promise<readonly unknown[]> {
  return seriesIn(await ask('SHOW DATABASES')).flatMap((series) => series.values.flat());
}

export async function policiesOf(ask: AskInfluxQl, database: string): Promise<readonly Policy[]> {
  return seriesIn(await ask(`SHOW RETENTION POLICIES ON ${identifier(database)}`)).flatMap(({ columns, values }) =>
    values.map((row) => ({
      name: String(row[columns.indexOf('name')]),
      seconds: goSeconds(String(row[columns.indexOf('duration')])),
      isDefault: row[columns.indexOf('default')] === true,
    })),
  );
}

async function alter(ask: AskInfluxQl, database: string, policy: string, days: number): Promise<void> {
  seriesIn(await ask(`ALTER RETENTION POLICY ${identifier(policy)} ON ${identifier(database)} DURATION ${days}d`));
}

/** A duration as Go writes it, such as `720h0m0s`. */
function goSeconds(text: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
