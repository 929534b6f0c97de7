import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import { lineShare } from '#support/chart-pixels.ts';
import { buildConsole, type ConsolePage, launchChromium, openConsole } from '#support/console-browser.ts';
import { alertOf } from '#support/console-story.ts';
import { ConsoleTwin } from '#support/console-twin.ts';
import { walkConsole } from '#support/console-walk.ts';

const clock = new SystemClock();
const nurse = { name: 'Nurse A', role: 'nurse' } as const;
const phone = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };
const row = (id: string) => `.row[data-alert="${id}"]`;

let browser: Browser;
let built: Awaited<ReturnType<typeof buildConsole>>;
let twin: ConsoleTwin;
let base: string;
let opened: ConsolePage[] = [];

/** Opens the console signed in, with the first list on the screen. */
async function signIn(...rest: Parameters<typeof openConsole> extends [unknown, unknown, ...infer R] ? R : never) {
  const console = await openConsole(browser, base + twin.link(nurse), ...rest);
  opened.push(console);
  await console.page.waitForSelector('.row');
  return console.page;
}

const text = (page: ConsolePage['page'], selector: string) => page.locator(selector).textContent();

beforeAll(async () => {
  built = await buildConsole();
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await built.remove();
});

beforeEach(async () => {
  twin = new ConsoleTwin(clock, built.dist);
  base = await twin.start();
});

afterEach(async () => {
  const faults = opened.flatMap((console) => console.faults);
  await Promise.all(opened.map((console) => console.page.context().close()));
  opened = [];
  await twin.stop();
  expect(faults).toEqual([]);
});

/** CONSOLE_LINK, a one-time link of a gateway that runs, takes the same walk there. */
test('a walk through the console meets no error and no breach of the content policy', async () => {
  const walk = await walkConsole(browser, process.env['CONSOLE_LINK'] ?? base + twin.link(nurse));
  expect(walk.faults).toEqual([]);
  expect(walk.live).toMatch(/^Live\d+ s$/);
  expect(walk.pumps).toBeGreaterThan(0);
  expect(walk.trend).toMatch(/^From .+ to \d\d:\d\d(:\d\d)?\./);
});

test('a link signs in once, leaves the address bar, and says so when it is spent', async () => {
  const link = twin.link(nurse);
  const first = await openConsole(browser, base + link);
  opened.push(first);
  await first.page.waitForSelector('.row');
  expect(first.page.url()).not.toContain('link=');
  expect(await text(first.page, '.who')).toBe('Nurse A nurse');
  expect(await text(first.page, 'footer')).toContain("Supplementary to the pump's own alarm");

  const second = await openConsole(browser, base + link);
  opened.push(second);
  expect(await second.page.getByRole('alert').filter({ hasText: 'used before' }).textContent()).toContain('user link');
  expect(second.page.url()).not.toContain('link=');

  await first.page.click('.who');
  await first.page.getByRole('button', { name: 'Sign out' }).click();
  await first.page.getByText('You are signed out.').waitFor();
});

test('a new high alert appears by itself, at the top, and is spoken once', async () => {
  const page = await signIn();
  await page.getByTestId('assertive').filter({ hasText: 'Line blocked' }).waitFor({ state: 'attached' });
  const air = alertOf('air', { since: clock.wall(), pump: 'pump-01', hub: 'hub-01', text: 'Air in the line' });
  twin.put(air, 'opened', null, 'The pump reported it.');
  await page.waitForSelector(row('air'));
  expect(await page.getByTestId('assertive').textContent()).toBe(
    'High priority alert. Air in the line. pump-01, patient pt-003.',
  );
  expect(await page.locator('.row').nth(1).getAttribute('data-alert')).toBe('air');
  twin.put({ ...air, version: 2, condition: 'clearing' }, 'clearing', null, 'The pump reports it no more.');
  await page.locator(row('air')).getByText('Clearing').waitFor();
  expect(await page.getByTestId('assertive').textContent()).toContain('Air in the line');
  expect(await page.title()).toContain('2 high');
});

test('take: nothing changes until the gateway answers, then it stands under my name and theirs', async () => {
  const page = await signIn();
  await page.locator(row('occlusion')).getByRole('button', { name: /^Take/ }).click();
  await page.locator(row('occlusion')).getByText('You have it until').waitFor();
  expect(twin.ward.find('occlusion')?.acknowledgedBy).toBe('Nurse A');
  await page.locator('.timeline').getByText('Taken by Nurse A').waitFor();
  twin.takeAs('Nurse B', 'dark');
  await page.locator(row('dark')).getByText('Nurse B has it until').waitFor();
});

test('a tap on a state that has passed does nothing and shows who has it now', async () => {
  const page = await signIn();
  twin.takeAs('Nurse B', 'occlusion', true);
  await page.locator(row('occlusion')).getByRole('button', { name: /^Take/ }).click();
  const notice = page.locator(`${row('occlusion')} .notice`);
  await notice.waitFor();
  expect(await notice.textContent()).toMatch(/nothing was done\. Now: Nurse B has it until \d\d:\d\d, active/);
  expect(twin.ward.find('occlusion')?.acknowledgedBy).toBe('Nurse B');
});

test('a double tap takes one alert, not the next one that moved up under the finger', async () => {
  const page = await signIn();
  const box = await page.locator(`${row('occlusion')} .take`).boundingBox();
  if (box === null) throw new Error('no Take button on the screen');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.click(x, y);
  await page.locator(row('occlusion')).getByText('You have it until').waitFor();
  expect(await page.evaluate<string>(`document.elementFromPoint(${x}, ${y}).getAttribute('aria-label')`)).toContain(
    'hub dark',
  );
  await page.mouse.click(x, y);
  await page.locator(row('dark')).getByText('The list moved as you tapped').waitFor();
  expect(twin.ward.find('dark')?.response).toBe('unacknowledged');
});

test('note and close: outcome, words, and the record of both', async () => {
  const page = await signIn();
  const occlusion = twin.ward.find('occlusion');
  if (occlusion === undefined) throw new Error('the ward has no occlusion');
  await page.locator('.detail .take').click();
  await page.locator('.detail .holder').getByText('You have it').waitFor();
  await page.getByText('It can be closed once the pump no longer reports it.').waitFor();
  expect(await page.getByRole('button', { name: 'Clamp opened' }).isDisabled()).toBe(true);
  const seen = twin.ward.find('occlusion') ?? occlusion;
  twin.put(
    { ...seen, version: seen.version + 1, condition: 'cleared', clearedAt: clock.wall() },
    'cleared',
    null,
    'Flow is back.',
  );
  await page.locator('.detail-kind').getByText('Cleared').waitFor();
  await page.getByLabel('Note').fill('Roller clamp was shut.');
  await page.getByRole('button', { name: 'Clamp opened' }).click();
  await page.locator('.detail').getByText('Closed as: clamp opened').waitFor();
  await page.locator('.timeline-note').getByText('Roller clamp was shut.').waitFor();
  expect(await page.locator(row('occlusion')).count()).toBe(0);
});

test('a tap without an answer waits, is never shown as done, and is sent when the line is back', async () => {
  const page = await signIn();
  twin.goDark(true);
  await page.locator(row('occlusion')).getByRole('button', { name: /^Take/ }).click();
  await page
    .locator(`${row('occlusion')} .waiting`)
    .getByText('Waiting to send since')
    .waitFor();
  expect(await page.locator(row('occlusion')).textContent()).toContain('Nobody has it yet');
  await page.locator(row('dark')).getByRole('button', { name: /^Take/ }).click();
  await page.locator(row('dark')).getByRole('button', { name: 'Do not send' }).click();
  expect(twin.ward.find('occlusion')?.response).toBe('unacknowledged');

  twin.goDark(false);
  await page.locator(row('occlusion')).getByText('You have it until').waitFor();
  expect(await page.locator('.waiting').count()).toBe(0);
  expect(twin.ward.find('dark')?.response).toBe('unacknowledged');
});

test('in Spanish: one choice turns every word, and it is remembered', async () => {
  const page = await signIn();
  await page.click('.who');
  await page.getByRole('button', { name: 'Español' }).click();
  await page.locator(row('occlusion')).getByText('Línea obstruida entre la bomba y el paciente').waitFor();
  await page.reload();
  await page
    .locator(row('occlusion'))
    .getByRole('button', { name: /^Tomar/ })
    .waitFor();
  expect(await page.evaluate<string>('document.documentElement.lang')).toBe('es');
  expect(await text(page, '.live')).toMatch(/^En vivo/);
});

test('sound: after the start of a shift a waiting alert sounds until it is taken', async () => {
  const page = await signIn({}, async (fresh) => {
    await fresh.addInitScript(`globalThis.sounding = 0;
      for (const [name, step] of [['start', 1], ['stop', -1]]) {
        const own = AudioBufferSourceNode.prototype[name];
        AudioBufferSourceNode.prototype[name] = function (...args) { if (this.loop) globalThis.sounding += step; return own.apply(this, args); };
      }`);
  });
  const sounding = () => page.evaluate<number>('globalThis.sounding');
  expect(await sounding()).toBe(0);
  await page.getByRole('button', { name: 'Start shift' }).click();
  await page.getByRole('button', { name: 'I heard it' }).click({ timeout: 15_000 });
  await expect.poll(sounding).toBe(1);
  for (const id of ['occlusion', 'dark']) {
    await page.locator(row(id)).getByRole('button', { name: /^Take/ }).click();
    await page.locator(row(id)).getByText('You have it').waitFor();
    await page.waitForTimeout(750);
  }
  await expect.poll(sounding).toBe(0);
  twin.put(alertOf('air', { since: clock.wall() }), 'opened', null, 'The pump reported it.');
  await expect.poll(sounding, { timeout: 1_000 }).toBe(1);
});

test('the curve stops at a gap and starts after it', async () => {
  const page = await signIn();
  await page.goto(`${base}/#/pumps/pump-03`);
  await page.locator('figure[aria-busy="false"] figcaption').filter({ hasText: 'No data' }).waitFor();
  await page.locator('[data-testid=plot-rate] canvas').waitFor();
  expect(await lineShare(page, 9, 7.8)).toBe(0);
  expect(await lineShare(page, 12, 10)).toBeGreaterThan(0.95);
  await page.getByText('Values as a table').click();
  await expect.poll(() => page.locator('.values td.none').count()).toBe(1);
  expect(await page.locator('.values tbody tr').count()).toBe(24);
});

test('keys alone: move, open, take, and turn the keys off', async () => {
  const page = await signIn();
  const selected = () => page.locator('.row[data-selected="true"]').getAttribute('data-alert');
  await page.keyboard.press('j');
  await expect.poll(selected).toBe('dark');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect.poll(selected).toBe('occlusion');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate<string>('document.activeElement.id')).toBe('detail-title');
  await page.keyboard.press('a');
  await page.locator(row('occlusion')).getByText('You have it').waitFor();
  expect(twin.ward.find('dark')?.response).toBe('unacknowledged');

  await page.keyboard.press('?');
  await page.getByLabel('Single-key shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  expect(await selected()).toBe('occlusion');

  await page.getByLabel('Note').focus();
  await page.keyboard.type('a jar');
  expect(await page.getByLabel('Note').inputValue()).toBe('a jar');
  expect(twin.ward.find('dark')?.response).toBe('unacknowledged');
});

test('silence: a bar after 20 s, covered after 45 s, and nothing missed when the line is back', async () => {
  const page = await signIn({}, (fresh) => fresh.clock.install());
  expect(await text(page, '.live')).toContain('Live');
  twin.goDark(true);
  await page.clock.fastForward(19_000);
  expect(await page.locator('.stale-bar').count()).toBe(0);
  await page.clock.fastForward(3_000);
  await page.locator('.stale-bar').getByText('This screen is not live.').waitFor();
  expect(await text(page, '.live')).toContain('Not live');
  await page.clock.fastForward(25_000);
  const cover = page.getByRole('dialog', { name: 'Do not rely on this screen' });
  await cover.waitFor();
  await page.keyboard.press('Escape');
  expect(await cover.isVisible()).toBe(true);

  twin.goDark(false);
  twin.put(alertOf('missed', { since: clock.wall(), text: 'Pump door open' }), 'opened', null, 'The pump reported it.');
  await page.clock.fastForward(10_000);
  await page.waitForSelector(row('missed'));
  await cover.waitFor({ state: 'hidden' });
  expect(await page.locator('.stale-bar').count()).toBe(0);
});

test('nothing due says so, and when it was last checked', async () => {
  const page = await signIn();
  twin.closeAll();
  await page.getByText('Nothing is due').waitFor();
  expect(await text(page, '.nothing')).toMatch(/No open alert on 5 pumps\. Last checked at \d\d:\d\d:\d\d\./);
});

test('problems of the gateway and unknown states stand on the page', async () => {
  twin.setProblems([{ code: 'trends-delayed', says: 'Trends are delayed.', next: 'Alerts are not affected.' }]);
  const page = await signIn();
  await page.getByText('Trends are delayed.').waitFor();
  expect(await text(page, '.hubs')).toBe('1 hub dark');
  expect(await page.locator('.pump[data-unknown="true"]').textContent()).toMatch(
    /State unknown[\s\S]*silent since \d\d:\d\d/,
  );
});

test.each([['light'], ['dark']] as const)(
  'on a phone, %s: nothing overflows and every target is at least 44 px',
  async (colorScheme) => {
    const page = await signIn({ ...phone, colorScheme });
    const tooSmall = () =>
      page.evaluate<string[]>(`[...document.querySelectorAll('a, button, summary, textarea')]
      .map((el) => [el.textContent, el.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.height < 44 || box.width < 44))
      .map(([says, box]) => says + ' ' + box.width + 'x' + box.height)`);
    const overflow = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect([await tooSmall(), await overflow()]).toEqual([[], 0]);
    await page.locator(`${row('occlusion')} .row-open`).tap();
    await page.locator('figure[aria-busy="false"]').waitFor();
    expect(await page.locator('.lists').isVisible()).toBe(false);
    expect([await tooSmall(), await overflow()]).toEqual([[], 0]);
    await page.getByRole('button', { name: '24 h' }).tap();
    await page.getByText('Values as a table').tap();
    await expect.poll(() => page.locator('.values tbody tr').count()).toBe(24);
    expect([await tooSmall(), await overflow()]).toEqual([[], 0]);
    await page.getByRole('link', { name: 'All alerts' }).tap();
    await page.locator('.lists').waitFor();
  },
);
