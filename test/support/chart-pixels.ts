import type { Page } from 'playwright-core';

/**
 * How much of a stretch of the rate chart, which shows 24 hours, holds the colour of its line: the share of the columns
 * of pixels between two times, given in hours before the right edge.
 */
export const lineShare = (page: Page, fromHoursAgo: number, toHoursAgo: number): Promise<number> =>
  page.evaluate<number>(`(() => {
      const canvas = document.querySelector('[data-testid=plot-rate] canvas');
      const over = document.querySelector('[data-testid=plot-rate] .u-over');
      const scale = canvas.width / canvas.clientWidth;
      const left = over.offsetLeft * scale, width = over.offsetWidth * scale;
      const hex = getComputedStyle(document.documentElement).getPropertyValue('--chart-rate').trim();
      const line = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
      const first = Math.ceil(left + width * (1 - ${fromHoursAgo} / 24)), last = Math.floor(left + width * (1 - ${toHoursAgo} / 24));
      let hit = 0;
      for (let x = first; x <= last; x++) {
        const data = canvas.getContext('2d').getImageData(x, 0, 1, canvas.height).data;
        for (let i = 0; i < data.length; i += 4) {
          if (data[i + 3] > 200 && line.every((part, c) => Math.abs(data[i + c] - part) < 24)) { hit++; break; }
        }
      }
      return hit / (last - first + 1);
    })()`);
