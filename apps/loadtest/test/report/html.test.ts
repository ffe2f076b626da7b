import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderHtml } from '../../src/report/html/html.ts';
import { fixedReport } from './fixed-report.ts';

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

/** Runs in the page: how many pixels of each plot are not of one and the same colour. */
const drawnPixels = `[...document.querySelectorAll('canvas')].map((canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  // Chromium complains of reading the plot itself twice.
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint32Array(data.buffer);
  return pixels.filter((pixel) => pixel !== pixels[0]).length;
})`;

/** Runs in the page too: how wide each plot is, in hundreds of pixels. */
const plotWidths = `[...document.querySelectorAll('.uplot')]
  .map((plot) => Math.round(plot.getBoundingClientRect().width / 100))`;

describe.skipIf(executablePath === undefined)('the HTML report in Chromium', () => {
  let folder: string;
  let browser: BrowserContext;
  let page: Page;
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadtest-html-'));
    writeFileSync(join(folder, 'report.html'), renderHtml(fixedReport()));
    browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: executablePath ?? '',
      viewport: { width: 1280, height: 900 },
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('draws every plot, asks for nothing and complains of nothing, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const drawn = (await page.evaluate(drawnPixels)) as number[];
      expect(drawn).toHaveLength(5);
      for (const pixels of drawn) expect(pixels).toBeGreaterThan(2_000);
    }
    expect(requests.filter((url) => !url.endsWith('/report.html'))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('fits into 600 and 1280 pixels, drawn anew for each', async () => {
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
    const text = await page.textContent('body');
    expect(text).toContain(fixedReport().url);
    expect(text).toContain('<b>up to 3 ms</b>');
  });
});
