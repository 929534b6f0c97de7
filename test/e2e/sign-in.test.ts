import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { Access } from '#registry/access.ts';
import { buildConsoleInPlace, launchChromium, openConsole } from '#support/console-browser.ts';
import { GatewayProcess } from '#support/gateway-process.ts';

const password = 'a long enough one';

test('a nurse signs in by name and password, sees both of her sign-ins, and ends the other', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sign-in-'));
  await buildConsoleInPlace();
  const gateway = await GatewayProcess.start(dataDir);
  const browser = await launchChromium();
  const store = new SqliteStateStore(join(dataDir, 'access.db'));
  try {
    const access = new Access(store, new SystemClock());
    await access.addUser('Ana', 'nurse', password);
    const elsewhere = await access.signInWithPassword('Ana', password, '192.0.2.7');
    const { page, faults } = await openConsole(browser, gateway.httpUrl);
    await page.getByLabel('Name', { exact: true }).fill('Ana');
    await page.getByLabel('Password').fill('a wrong one');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Name or password is wrong' }).waitFor();
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.locator('.live[data-live="live"]').waitFor();
    await page.goto(`${gateway.httpUrl}/#/sign-ins`);
    const other = page.getByRole('row').filter({ hasText: '192.0.2.7' });
    await page.getByRole('row').filter({ hasText: 'This browser' }).waitFor();
    await other.getByRole('button', { name: 'End' }).click();
    await other.waitFor({ state: 'detached' });
    expect(access.personOfSession(elsewhere.session)).toBeUndefined();
    expect(access.sessions('Ana')).toHaveLength(1);
    expect(faults).toEqual([]);
    await page.context().close();
  } finally {
    store.close();
    await browser.close();
    await gateway.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
