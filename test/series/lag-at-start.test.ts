import { expect, it } from 'vitest';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { freePort } from '#support/free-port.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { systemOf } from '#support/gateway-truth.ts';
import { readingsMessage } from '#support/hub-messages.ts';
import { TempDir } from '#support/temp-dir.ts';

const READINGS = 400;
const AGE_SECONDS = 7_200;

it('the first answer after a start tells the whole lag of the series', async () => {
  using dir = new TempDir();
  const now = new SystemClock().wall();
  const receivedAt = now - AGE_SECONDS * 1_000;
  const journal = new SqliteJournalWriter(dir.file('journal.db'));
  const readings = Array.from({ length: READINGS }, (_, seq) => ({ seq, at: receivedAt, state: 'infusing' }));
  journal.append([readingsMessage('hub-1', 'pump-1', 'boot-1', readings, receivedAt)]);
  journal.close();
  const gateway = await GatewayProcess.start(dir.path, {
    INFUSION_INFLUX_URL: `http://127.0.0.1:${await freePort()}`,
    INFUSION_INFLUX_DATABASE: 'infusion',
  });
  try {
    const token = await gateway.token();
    await gateway.kill();
    await gateway.start();
    const { series, problems } = await systemOf(gateway, token);
    expect(series.lagPoints).toBe(READINGS);
    expect(series.lagSeconds).toBeGreaterThanOrEqual(AGE_SECONDS);
    expect(problems.map(({ code }) => code)).toContain('series-behind');
  } finally {
    await gateway.kill();
  }
}, 60_000);
