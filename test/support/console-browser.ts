import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', headless: true, args: flags });

const configFile = new URL('../../dashboards/nurse/vite.config.ts', import.meta.url).pathname;

/** Builds the console to where the gateway serves it from. */
export async function buildConsoleInPlace(): Promise<void> {
  await build({ configFile, logLevel: 'silent' });
}

/** Builds the console into a folder of its own; `remove` takes it away again. */
export async function buildConsole(): Promise<{ dist: string; remove: () => Promise<void> }> {
  const dist = await mkdtemp(join(tmpdir(), 'console-'));
  await build({ configFile, logLevel: 'silent', build: { outDir: dist, emptyOutDir: true } });
  return { dist, remove: () => rm(dist, { recursive: true, force: true }) };
}

/** A page of the console, and all that went wrong in it: script errors, console errors, breaches of the content policy. */
export interface ConsolePage {
  readonly page: Page;
  readonly faults: readonly string[];
}

/** Opens a page without a session of its own at `address`, and watches what it complains of. */
export async function openConsole(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports each answer of 400 and more; those are expected and shown on the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', (e) => console.error('content policy: ' + e.violatedDirective + ' ' + e.blockedURI))`,
  );
  await prepare(page);
  await page.goto(address);
  return { page, faults };
}
