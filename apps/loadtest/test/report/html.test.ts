import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryDirectory } from '@spillway/test-kit';
import {
  type BrowserContext,
  drawnPixels,
  hasChromium,
  openBrowser,
  openPage,
} from '@spillway/test-kit/browser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderHtml } from '../../src/report/html/html.ts';
import { fixedReport } from './fixed-report.ts';

/** Runs in the page: how wide each plot is, in hundreds of pixels. */
const plotWidths = `[...document.querySelectorAll('.uplot')]
  .map((plot) => Math.round(plot.getBoundingClientRect().width / 100))`;

describe.skipIf(!hasChromium)('the HTML report in Chromium', () => {
  let browser: BrowserContext;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ browser, close } = await openBrowser());
  });
  afterAll(() => close());

  function openReport() {
    const file = join(temporaryDirectory(), 'report.html');
    writeFileSync(file, renderHtml(fixedReport()));
    return openPage(browser, pathToFileURL(file).href);
  }

  it('draws every plot, asks for nothing and complains of nothing, light and dark', async () => {
    const { page, complaints, requests } = await openReport();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const drawn = await drawnPixels(page);
      expect(drawn).toHaveLength(5);
      for (const pixels of drawn) expect(pixels).toBeGreaterThan(2_000);
    }
    expect(requests.filter((url) => !url.endsWith('/report.html'))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('fits into 600 and 1280 pixels, drawn anew for each', async () => {
    const { page } = await openReport();
    // Two beside each other where there is room, and the knee over the whole width.
    const fits = [
      [600, [5, 5, 5, 5, 5]],
      [1_280, [6, 6, 6, 6, 12]],
    ] as const;
    for (const [width, hundreds] of fits) {
      await page.setViewportSize({ width, height: 900 });
      await vi.waitFor(async () => expect(await page.evaluate(plotWidths)).toEqual(hundreds));
    }
  });

  it('shows text from outside as text', async () => {
    const { page } = await openReport();
    const text = await page.textContent('body');
    expect(text).toContain(fixedReport().url);
    expect(text).toContain('<b>up to 3 ms</b>');
  });
});
