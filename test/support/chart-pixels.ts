import type { Page } from 'playwright-core';

/** One column of pixels each, from the left edge of the plot to the right. */
type Columns = readonly (number | null)[];

/**
 * Where a line of this colour stands in each column of pixels of a chart: 0 at the top of the plot, 1 at its bottom; null
 * where the column does not hold the colour. `token`: the colour's name in the style sheet, without the dashes.
 */
export const lineOf = (page: Page, plot: 'rate' | 'pressure', token: string): Promise<Columns> =>
  page.evaluate<Columns>(`(() => {
      const canvas = document.querySelector('[data-testid=plot-${plot}] canvas');
      const over = document.querySelector('[data-testid=plot-${plot}] .u-over');
      const scale = canvas.width / canvas.clientWidth;
      const [left, top, width, height] =
        [over.offsetLeft, over.offsetTop, over.offsetWidth, over.offsetHeight].map((length) => Math.round(length * scale));
      const hex = getComputedStyle(document.documentElement).getPropertyValue('--${token}').trim();
      const line = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
      const { data } = canvas.getContext('2d').getImageData(left, top, width, height);
      const isLine = (x, y) => {
        const i = 4 * (y * width + x);
        return data[i + 3] > 200 && line.every((part, c) => Math.abs(data[i + c] - part) < 24);
      };
      return Array.from({ length: width }, (_, x) => {
        for (let y = 0; y < height; y++) if (isLine(x, y)) return y / height;
        return null;
      });
    })()`);

/**
 * How much of a stretch of the rate chart, which shows 24 hours, holds its line: the share of the columns of pixels
 * between two times, given in hours before the right edge.
 */
export async function lineShare(page: Page, fromHoursAgo: number, toHoursAgo: number): Promise<number> {
  const line = await lineOf(page, 'rate', 'chart-rate');
  const columnAt = (hoursAgo: number) => line.length * (1 - hoursAgo / 24);
  const part = line.slice(Math.ceil(columnAt(fromHoursAgo)), Math.floor(columnAt(toHoursAgo)) + 1);
  return part.filter((top) => top !== null).length / part.length;
}
