import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { buildConsoleInPlace, launchChromium, openConsole } from '#support/console-browser.ts';
import { ConsoleFleet, occlusionStory } from '#support/console-fleet.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

/** Every screen of the console against a real gateway with a patient, a pump and an open alert. */

const clock = new SystemClock();
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const dist = new URL('../../dashboards/nurse/dist', import.meta.url).pathname;
/** CONSOLE_SCREENSHOTS, a folder, keeps a picture of each screen there. */
const pictures = process.env['CONSOLE_SCREENSHOTS'];

const dir = new TempDir();
let browser: Browser;
let gateway: GatewayProcess;
let fleets: readonly ConsoleFleet[];
let alert: string;

const screens = [
  ['triage', '#/', '.row'],
  ['alert', '#/alerts/ALERT', '.detail .timeline li'],
  ['pump', '#/pumps/pump-1', '.facts'],
  ['pumps', '#/pumps', '.pump'],
  ['hubs', '#/hubs', '.table tbody tr'],
  ['on-call', '#/on-call', '.table tbody tr'],
  ['handover', '#/handover', '.handover tbody tr'],
  ['monitoring', '#/monitoring/pt-1', '.table tbody tr'],
  ['benefit', '#/benefit/pt-1', '.calendar'],
  ['alarm-load', '#/alarm-load', '.figures tbody tr'],
  ['policy', '#/policy', '.differences tbody tr'],
  ['audit', '#/audit', '.audit tbody tr'],
  ['sign-ins', '#/sign-ins', '.table tbody tr'],
  ['set-up', '#/set-up', '.set-up'],
] as const;

const looks = [
  { width: 360, height: 780, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 360, height: 780, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
] as const;

async function fillRegistry(token: string): Promise<void> {
  const put = (path: string, body: object) =>
    fetch(`${gateway.httpUrl}/api/v1${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-none-match': '*' },
      body: JSON.stringify(body),
    }).then(async (answer) => {
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    });
  const always = { from: '2020-01-01', to: null };
  const zone = 'America/Chicago';
  await put('/registry/agencies/ag-1', { name: 'Test agency', zone, ...always });
  await put('/registry/patients/pt-1', { agency: 'ag-1', zone, ...always });
  await put('/patients/pt-1/identity', { name: 'Patient One', recordNumber: 'T-1', caregiverPhone: '+13125550101' });
  await put('/registry/pumps/pump-1', { agency: 'ag-1', model: 'infusomat-space', serial: '1', ...always });
  await put('/registry/assignments/as-1', { pump: 'pump-1', patient: 'pt-1', from: 0, to: null });
  await put('/registry/patients/pt-3', { agency: 'ag-1', zone, ...always });
  const atHome = { caregiver: 'Caregiver Three', caregiverPhone: '+13125550103' };
  await put('/patients/pt-3/identity', { name: 'Patient Three', recordNumber: null, ...atHome });
  await put('/registry/pumps/pump-3', { agency: 'ag-1', model: 'infusomat-space', serial: '3', ...always });
  await put('/registry/assignments/as-3', { pump: 'pump-3', patient: 'pt-3', from: 0, to: null });
  const order = { patient: 'pt-1', drug: 'ANTIBIOTIC-INTERMITTENT', jcode: 'J0133', modifiers: [], pumpCode: 'E0781' };
  await put('/registry/orders/or-1', { ...order, rateMlH: 100, volumeMl: 250, schedule: null, ...always });
}

/** A minute ago the shift of one nurse ended and that of another began. */
async function changeShift(token: string): Promise<void> {
  const changed = clock.wall() - 60_000;
  const hours = 8 * 3_600_000;
  const shift = (id: string, person: string, from: number, to: number) =>
    gateway.api(token, `/on-call/overrides/${id}`, {
      method: 'PUT',
      body: JSON.stringify({ id, agency: null, role: 'primary', person, from, to }),
    });
  await shift('before', 'Nurse Out', changed - hours, changed);
  await shift('after', 'Nurse In', changed, changed + hours);
}

/** A service that a nurse recorded. */
async function recordService(token: string): Promise<void> {
  const start = clock.wall() - 3_600_000;
  const service = {
    kind: 'professional',
    start,
    end: start + 1_800_000,
    place: '12',
    performer: 'Nurse In',
    credential: 'rn',
    channel: null,
    need: 'Catheter care',
    planItem: null,
    finding: 'Site clean',
    action: null,
    pumpRateVerified: true,
    evidence: [],
  };
  await gateway.api(token, '/patients/pt-1/services', { method: 'POST', body: JSON.stringify(service) });
}

beforeAll(async () => {
  await buildConsoleInPlace();
  browser = await launchChromium();
  // A second version of the policy, so that there is a difference to see.
  await (await GatewayProcess.start(dir.file('data'))).stop();
  const changed = { ...defaultAlertPolicy, version: 'agency-1', undoSeconds: 30 };
  writeFileSync(dir.file('policy.json'), JSON.stringify(changed));
  gateway = await GatewayProcess.start(dir.file('data'), { INFUSION_POLICY: dir.file('policy.json') });
  const token = await gateway.token();
  await fillRegistry(token);
  await changeShift(token);
  await recordService(token);
  const stories = [
    occlusionStory('pump-1', 'hub-1', 4, null),
    occlusionStory('pump-2', 'hub-2', 3_600, null),
    occlusionStory('pump-3', 'hub-3', 4, 30),
  ];
  fleets = stories.map((story) => new ConsoleFleet(story, gateway.mqttUrl, clock));
  for (const fleet of fleets) fleet.start();
  const open = () => gateway.api<{ alerts: { id: string; priority: string }[] }>(token, '/alerts?state=open');
  const high = async () => (await open()).alerts.find(({ priority }) => priority === 'high')?.id;
  alert = await until('a high alert', high, 60_000);
}, 120_000);

afterAll(async () => {
  await Promise.all(fleets.map((fleet) => fleet.stop()));
  await gateway.stop();
  await browser.close();
  dir[Symbol.dispose]();
});

async function signedIn(
  width: number,
  height: number,
  colorScheme: 'light' | 'dark',
  name = `Nurse ${width} ${colorScheme}`,
  role = 'admin',
) {
  const { stdout } = await gateway.command('user', 'link', '--name', name, '--role', role);
  // The rules of axe come in as text, which the content policy of the gateway rightly refuses to a page.
  const opened = await openConsole(browser, stdout.trim(), {
    viewport: { width, height },
    colorScheme,
    bypassCSP: true,
  });
  await opened.page.locator('.live[data-live="live"]').waitFor();
  return opened;
}

/** Breaches of WCAG 2.2 AA that axe calls serious or worse. */
async function breaches(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate<
    string[]
  >(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`);
}

const targetsTooSmall = (page: Page) =>
  page.evaluate<
    string[]
  >(`[...document.querySelectorAll('a, button, summary, select, input:not([type=checkbox]), textarea')]
    .map((el) => [el.textContent || el.id, el.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
    .map(([says, box]) => says + ' ' + box.width + 'x' + box.height)`);

test.each(looks)(
  'every screen, $width px, $colorScheme: axe finds nothing serious and nothing overflows',
  async (look) => {
    const { width, height, colorScheme } = look;
    const { page, faults } = await signedIn(width, height, colorScheme);
    const found: Record<string, unknown> = {};
    for (const [name, hash, ready] of screens) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash.replace('ALERT', alert))}`);
      await page.locator(ready).first().waitFor();
      if (ready.startsWith('.detail') || name === 'pump') await page.locator('figure[aria-busy="false"]').waitFor();
      // The mark of a waiting alert breathes; a still page is judged.
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme });
      const wrong = await breaches(page);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      const small = width === 360 ? await targetsTooSmall(page) : [];
      if (wrong.length > 0 || overflow > 0 || small.length > 0) found[name] = { wrong, overflow, small };
      if (pictures !== undefined)
        await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) });
    }
    expect(found).toEqual({});
    expect(faults).toEqual([]);
    await page.context().close();
  },
  120_000,
);

test('set up: a second patient, from an empty form to what the pump knows of them', async () => {
  const { page } = await signedIn(1280, 800, 'light');
  await page.evaluate(`location.hash = '#/set-up'`);
  await page.getByLabel('Name').fill('Patient Two');
  await page.getByRole('combobox', { name: 'Pump', exact: true }).selectOption('pump-2');
  await page.getByLabel('Drug, as the pump calls it').fill('TPN');
  await page.getByLabel('J-code').fill('J0895');
  await page.getByLabel('Phone at the home').fill('+1 (312) 555-0102');
  await page.getByRole('combobox', { name: 'Code of the pump' }).selectOption('E0791');
  await page.getByLabel('Rate, mL/h').fill('80');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('status').getByRole('link', { name: 'pump-2' }).click();
  await page.locator('.facts').getByText('TPN, 80.0 mL/h').waitFor();
  expect(await page.locator('.facts').textContent()).toContain('Patient Two');
  type Orders = { records: { record: { drug: string; pumpCode: string; patient: string } }[] };
  const token = await gateway.token();
  const { records } = await gateway.api<Orders>(token, '/registry/orders');
  const order = records.find(({ record }) => record.drug === 'TPN')?.record;
  expect(order?.pumpCode).toBe('E0791');
  const identity = await gateway.api<object>(token, `/patients/${order?.patient}/identity`);
  expect(identity).toMatchObject({ record: { caregiver: null, caregiverPhone: '+13125550102' } });
  await page.context().close();
});

test('take, call, close: three taps on the page of an alert', async () => {
  const { page } = await signedIn(360, 780, 'dark', 'Nurse Three', 'nurse');
  type Open = { alerts: { id: string; priority: string; condition: string; pump: string }[] };
  const token = await gateway.token();
  const over = await until('an occlusion that is clearing', async () => {
    const { alerts } = await gateway.api<Open>(token, '/alerts?state=open');
    return alerts.find((one) => one.pump === 'pump-3' && one.priority === 'high' && one.condition !== 'active')?.id;
  });
  await page.evaluate(`location.hash = '#/alerts/${over}'`);
  await page
    .getByRole('article')
    .getByRole('button', { name: /^Take:/ })
    .click();
  const call = page.getByRole('link', { name: 'Call Caregiver Three' });
  expect(await call.getAttribute('href')).toBe('tel:+13125550103');
  // Nothing here answers tel: addresses; what counts is that the tap leaves the page as it is.
  await call.click();
  await page.getByRole('button', { name: 'Kinked line' }).click();
  await page.getByText('Closed as: kinked line').waitFor();
  const technician = await signedIn(360, 780, 'dark', 'Technician', 'technician');
  await technician.page.evaluate(`location.hash = '#/alerts/${over}'`);
  await technician.page.locator('.detail .timeline li').first().waitFor();
  expect(await technician.page.getByRole('link', { name: /^Call / }).count()).toBe(0);
  await technician.page.context().close();
  await page.context().close();
});

test('handover: signed by who goes, every high alert taken over and said back by who comes', async () => {
  const leaves = (await signedIn(1280, 800, 'light', 'Nurse Out', 'nurse')).page;
  const comes = (await signedIn(360, 780, 'dark', 'Nurse In', 'nurse')).page;
  for (const page of [leaves, comes]) await page.evaluate(`location.hash = '#/handover'`);
  await comes.getByText('Nurse Out has not signed yet.').waitFor();
  expect(await comes.getByRole('button', { name: 'Accept' }).count()).toBe(0);
  await leaves.getByLabel('What to watch for').fill('Line kinks when she sits up.');
  await leaves.getByRole('button', { name: 'Sign and hand over' }).click();
  await leaves.getByText('Nurse In has not accepted yet.').waitFor();

  await comes.reload();
  await comes.getByText('Line kinks when she sits up.').waitFor();
  const accept = comes.getByRole('button', { name: 'Accept' });
  await comes.getByLabel('In your own words').fill('Phone at eight, look at the line.');
  expect(await accept.isDisabled()).toBe(true);
  const high = comes.getByLabel('I take it over');
  expect(await high.count()).toBeGreaterThan(0);
  for (const box of await high.all()) await box.check();
  expect(await breaches(comes)).toEqual([]);
  expect(await targetsTooSmall(comes)).toEqual([]);
  if (pictures !== undefined) {
    await comes.screenshot({ path: join(pictures, 'handover-accept-360-dark.png'), fullPage: true });
  }
  await accept.click();
  await comes.getByText('Accepted by Nurse In').waitFor();
  await comes.emulateMedia({ media: 'print' });
  expect(await comes.getByRole('navigation').isVisible()).toBe(false);
  expect(await comes.getByText('Phone at eight, look at the line.').isVisible()).toBe(true);
  if (pictures !== undefined) await comes.screenshot({ path: join(pictures, 'handover-print.png'), fullPage: true });
  await leaves.reload();
  await leaves.getByText('No handover is due.').waitFor();
  for (const page of [leaves, comes]) await page.context().close();
});

test('monitoring log: a correction makes a new version with its reason, which is to be signed', async () => {
  const { page } = await signedIn(360, 780, 'light', 'Nurse In', 'nurse');
  await page.evaluate(`location.hash = '#/monitoring/pt-1'`);
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText('signed by Nurse In').waitFor();
  await page.getByRole('button', { name: 'Correct' }).click();
  await page.getByRole('dialog').getByLabel('Finding').fill('Site red at the edge');
  await page.getByRole('dialog').getByLabel('Why it is corrected').fill('Wrong note');
  expect(await breaches(page)).toEqual([]);
  expect(await targetsTooSmall(page)).toEqual([]);
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, 'correction-360-light.png') });
  await page.getByRole('button', { name: 'Keep the correction' }).click();
  await page.getByText('Site red at the edge').waitFor();
  await page.getByRole('button', { name: 'Sign', exact: true }).waitFor();
  type Services = { services: { finding: string; correctedBecause: string | null; start: number; end: number }[] };
  const { services } = await gateway.api<Services>(await gateway.token(), '/patients/pt-1/services');
  const corrected = services.find(({ finding }) => finding === 'Site red at the edge');
  expect(corrected?.correctedBecause).toBe('Wrong note');
  expect((corrected?.end ?? 0) - (corrected?.start ?? 0)).toBe(1_800_000);
  await page.context().close();
});

test('the shell opens without the gateway, and shows no data as fresh', async () => {
  const { page } = await signedIn(360, 700, 'dark');
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await page.evaluate(
    `caches.open('shell-1').then((cache) => cache.keys()).then((keys) => { if (keys.length < 3) throw new Error('not kept'); })`,
  );
  await page.context().setOffline(true);
  await page.goto(gateway.httpUrl);
  await page.getByText('The gateway does not answer.').waitFor();
  expect(await page.locator('.row').count()).toBe(0);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.row').first().waitFor();
  await page.context().close();
});

test('all that a browser loads is within 100 kB gzipped', () => {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('.br'),
  );
  const bytes = files.map((file) => gzipSync(readFileSync(join(file.parentPath, file.name))).length);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
});
