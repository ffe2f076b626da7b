import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startBackend } from '@spillway/backend';
import { temporaryDirectory } from '@spillway/test-kit';
import {
  type BrowserContext,
  hasChromium,
  openBrowser,
  openPage,
} from '@spillway/test-kit/browser';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { buildPage } from './kit/build-page.ts';
import { ProxyProcess } from './kit/proxy-process.ts';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const patience = { timeout: 20_000, interval: 200 };

const changes = [{ flag: '--max-queue-size', from: '100', to: '200' }];
const findings = ['models', undefined].map((service) => ({
  ...{ rule: 'queue-too-small', severity: 'warning', service, upstream: null, evidence: [] },
  symptom: service === undefined ? 'The proxy itself is late' : 'Bursts are refused',
  ...{ cause: 'why', remedy: 'do', changes: service === undefined ? [] : changes, for_seconds: 9 },
}));

describe.skipIf(!hasChromium)('Several services in Chromium', { timeout: 60_000 }, () => {
  let browser: BrowserContext;
  let close: () => Promise<void>;
  beforeAll(async () => {
    await buildPage();
    ({ browser, close } = await openBrowser());
  });
  afterAll(() => close());

  async function startTwo() {
    const [one, other] = [await startBackend(), await startBackend()];
    onTestFinished(async () => {
      await Promise.all([one.close(), other.close()]);
    });
    const file = join(temporaryDirectory(), 'services.json');
    const services = {
      models: { targets: [one.url], max_concurrent_requests: 7 },
      reports: { targets: [other.url] },
    };
    const routes = [{ path: '/models/', service: 'models' }, { service: 'reports' }];
    writeFileSync(file, JSON.stringify({ max_retries: 0, services, routes }));
    return ProxyProcess.start(['--config', file]);
  }

  test('All are a row each, and one is the page of that service, by a link too', async () => {
    const proxy = await startTwo();
    await proxy.send(5, '/models/bytes/10');
    await proxy.send(3);
    await proxy.send(2, '/models/?status=500');
    const { page, complaints } = await openPage(browser, `${proxy.url}/proxy-dashboard`);
    const rows = () =>
      page.locator('table:has(caption:text-is("Services")) tbody tr').allInnerTexts();
    await vi.waitFor(async () => {
      expect((await rows()).sort()).toEqual([
        expect.stringMatching(/^models\t✓ healthy\t0 of 7\t0 of 100\t/),
        expect.stringMatching(/^reports\t✓ healthy\t0 of 50\t0 of 100\t/),
      ]);
    }, patience);
    await page.waitForSelector('[data-tile=requests]:has-text("10 in all")');
    expect(await page.textContent('.facts')).toContain('2 targets of 2 services');
    await page.click('a:text-is("models")');
    await page.waitForURL(`${proxy.url}/proxy-dashboard#service=models`);
    await page.waitForSelector('[data-tile=requests]:has-text("7 in all")');
    await page.waitForSelector('[data-tile=in-flight]:has-text("of 7")');
    expect(await page.locator('#services').count()).toBe(0);

    // A story opens over the service, and closes to it.
    await page.click('a.request');
    await page.waitForSelector('dialog[open] .told');
    expect(await page.textContent('dialog .story-facts')).toMatch(
      /Servicemodels.*Routepath \/models\//,
    );
    expect(page.url()).toMatch(/#service=models&why=/);
    await page.keyboard.press('Escape');
    await page.waitForURL(`${proxy.url}/proxy-dashboard#service=models`);

    await page.selectOption('#service', 'reports');
    await page.waitForSelector('[data-tile=requests]:has-text("3 in all")');
    await page.waitForSelector('text=No request has failed.');
    await page.selectOption('#service', '');
    await page.waitForURL(`${proxy.url}/proxy-dashboard`);
    await page.waitForSelector('#services');

    const linked = await openPage(browser, `${proxy.url}/proxy-dashboard#service=reports`);
    await linked.page.waitForSelector('[data-tile=requests]:has-text("3 in all")');
    const unknown = await openPage(browser, `${proxy.url}/proxy-dashboard#service=report`);
    await unknown.page.waitForSelector('text=The proxy has no service report.');
    expect(complaints).toEqual([]);
  });

  test('A finding names its service and the key to change, and is not shown with another', async () => {
    const proxy = await startTwo();
    const { page } = await openPage(browser, `${proxy.url}/proxy-dashboard`);
    await page.route('**/proxy-health', async (route) => {
      const health = await (await route.fetch()).json();
      await route.fulfill({ json: { ...health, findings } });
    });
    await page.waitForSelector('.finding:has-text("Bursts are refused")');
    const card = await page.textContent('.finding:has-text("Bursts")');
    expect(card).toContain('models');
    expect(card).toContain('"max_queue_size": 200');
    expect(card).toContain('services.models.max_queue_size is 100 now; make it 200');
    const row = page.locator('tr:has(a:text-is("models"))');
    expect(await row.textContent()).toContain('Bursts are refused');
    await page.evaluate(axe);
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate(seriousProblems)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    await page.selectOption('#service', 'reports');
    await page.waitForSelector('.finding:has-text("Bursts")', { state: 'detached' });
    await page.waitForSelector('.finding:has-text("The proxy itself is late")');
  });
});

const seriousProblems = `axe.run(document).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + failureSummary).join(' | ')))`;
