import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

export type { BrowserContext, Page };

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

/** Whether there is one on this machine: tests of pages are skipped where not. */
export const hasChromium = executablePath !== undefined;

/** A browser with nothing of earlier ones in it, for all tests of a file. */
export async function openBrowser(): Promise<{
  browser: BrowserContext;
  close: () => Promise<void>;
}> {
  const profile = mkdtempSync(join(tmpdir(), 'spillway-browser-'));
  const browser = await chromium.launchPersistentContext(profile, {
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
  const close = async () => {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { browser, close };
}

export interface WatchedPage {
  readonly page: Page;
  /** What the console said and what was thrown. */
  readonly complaints: string[];
  /** Addresses that the page asked for. */
  readonly requests: string[];
}

/** A page of its own for one test. */
export async function openPage(browser: BrowserContext, url: string): Promise<WatchedPage> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints, requests };
}

/** How many pixels of each plot are not of one and the same colour. */
export function drawnPixels(page: Page): Promise<number[]> {
  return page.evaluate(`[...document.querySelectorAll('canvas')].map((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    // Chromium complains of reading the plot itself twice.
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return pixels.filter((pixel) => pixel !== pixels[0]).length;
  })`);
}
