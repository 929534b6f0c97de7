import type { Browser } from 'playwright-core';
import { openConsole } from './console-browser.ts';

export interface Walk {
  /** Script errors, console errors, breaches of the content policy. */
  readonly faults: readonly string[];
  readonly live: string;
  readonly alerts: number;
  readonly pumps: number;
  /** What the chart of the first pump says in words. */
  readonly trend: string;
}

/**
 * A look through a console that is served somewhere, changing nothing: sign in by `address` (a one-time link), wait for
 * the lists and a live line, open the first pump, wait for its chart.
 */
export async function walkConsole(browser: Browser, address: string): Promise<Walk> {
  const { page, faults } = await openConsole(browser, address);
  try {
    await page.locator('.live[data-live="live"]').waitFor();
    await page.locator('.pump-open').first().waitFor();
    const alerts = await page.locator('.row').count();
    const pumps = await page.locator('.pump').count();
    await page.locator('.pump-open').first().click();
    await page.locator('figure[aria-busy="false"] .u-over').first().waitFor();
    const trend = (await page.locator('figcaption').textContent()) ?? '';
    return { faults, live: (await page.locator('.live').textContent()) ?? '', alerts, pumps, trend };
  } finally {
    await page.context().close();
  }
}
