import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Backend, startBackend } from '@spillway/backend';
import type { Health, RequestList, RequestStory } from '@spillway/contracts';
import {
  type BrowserContext,
  drawnPixels,
  hasChromium,
  openBrowser,
  openPage,
  type Page,
} from '@spillway/test-kit/browser';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { buildPage } from './kit/build-page.ts';
import { ProxyProcess } from './kit/proxy-process.ts';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Some polls. */
const patience = { timeout: 20_000, interval: 200 };

describe.skipIf(!hasChromium)('The page in Chromium', { timeout: 60_000 }, () => {
  let browser: BrowserContext;
  let close: () => Promise<void>;

  beforeAll(async () => {
    await buildPage();
    ({ browser, close } = await openBrowser());
  });
  afterAll(() => close());

  async function open(...flags: string[]) {
    const backend: Backend = await startBackend();
    onTestFinished(() => backend.close());
    const proxy = await ProxyProcess.start([
      '--target',
      backend.url,
      '--max-retries',
      '0',
      ...flags,
    ]);
    const watched = await openPage(browser, `${proxy.url}/proxy-dashboard`);
    return { backend, proxy, ...watched };
  }

  const text = (page: Page, selector: string) => page.textContent(selector, { timeout: 10_000 });

  test('Its numbers are those of /proxy-metrics', async () => {
    const { page, proxy, backend } = await open('--max-concurrent-requests', '7');
    await proxy.send(17);
    await proxy.send(3, '/?status=500');
    const { metrics, config, process } = await proxy.metrics();
    await vi.waitFor(async () => {
      expect(await text(page, '[data-tile=requests]')).toContain(
        `${metrics.total_requests} in all`,
      );
    }, patience);
    expect(await text(page, '[data-tile=success]')).toContain(`${metrics.success_rate} %`);
    expect(await text(page, '[data-tile=in-flight]')).toContain('0 of 7');
    expect(await text(page, '[data-tile=queue]')).toContain('0 of 100');
    expect(await text(page, '[data-tile=breaker]')).toContain('Closed');
    expect(await text(page, '.facts')).toContain(process.version);
    const rows = (caption: string) =>
      page.locator(`table:has(caption:text-is("${caption}")) tbody tr`).allTextContents();
    const outcomes = await rows('How requests ended since the start');
    const counted = Object.entries(metrics.outcomes).filter(([, count]) => count > 0);
    expect(counted).toEqual([
      ['ok', 17],
      ['upstream_error', 3],
    ]);
    counted.forEach(([name, count], i) => {
      expect(outcomes[i]).toContain(name);
      expect(outcomes[i]).toContain(String(count));
    });
    expect((await rows('Upstreams'))[0]).toContain(backend.url);
    const keys = (await rows('Configuration in force')).map((row) => row.trim());
    expect(keys).toHaveLength(Object.keys(config).length);
    const latency = await rows('Latency by part');
    expect(latency[0]).toMatch(new RegExp(`${metrics.response_time.count}$`));
  });

  test('Plots move, and the page asks for nothing but the proxy and complains of nothing', async () => {
    const { page, proxy, complaints, requests } = await open();
    await proxy.send(5, '/?latency=20ms');
    const drawn = () => drawnPixels(page);
    await vi.waitFor(async () => {
      const pixels = await drawn();
      expect(pixels).toHaveLength(8);
      for (const count of pixels) expect(count).toBeGreaterThan(300);
    }, patience);
    const before = await drawn();
    const summary = page.locator('[role=img]').first();
    expect(await summary.getAttribute('aria-label')).toContain('ok');
    await proxy.send(20, '/?latency=40ms');
    await vi.waitFor(async () => {
      const after = await drawn();
      expect(after[0]).not.toBe(before[0]);
      expect(after[1]).not.toBe(before[1]);
    }, patience);
    for (const colorScheme of ['dark', 'light'] as const) await page.emulateMedia({ colorScheme });
    expect(complaints).toEqual([]);
    const paths = requests.map((url) => url.slice(proxy.url.length).replace(/assets\/.*|\?.*/, ''));
    expect(requests.every((url) => url.startsWith(`${proxy.url}/`))).toBe(true);
    expect([...new Set(paths)].sort()).toEqual([
      '/proxy-dashboard',
      '/proxy-dashboard/',
      '/proxy-health',
      '/proxy-metrics',
      '/proxy-why',
    ]);
  });

  test('Classes, refusals and the limit that moves are shown, and nothing of it where nothing is configured', async () => {
    const calm = await open();
    await calm.proxy.send(2);
    await calm.page.waitForSelector('[data-tile=requests]:has-text("2 in all")');
    expect(await calm.page.locator('#admission').count()).toBe(0);

    const { page, proxy } = await open(
      ...['--max-concurrent-requests', 'auto', '--auto-min', '2', '--auto-max', '2'],
      ...['--max-queue-size', '0', '--priority-class', 'high=50%', '--priority-header', 'x-class'],
    );
    const leaving = new AbortController();
    const held = fetch(`${proxy.url}/?fault=hang`, { signal: leaving.signal }).catch(() => {});
    onTestFinished(async () => {
      leaving.abort();
      await held;
    });
    await vi.waitFor(async () => {
      expect((await proxy.metrics()).metrics.active_requests).toBe(1);
    }, patience);
    // The second place is kept for the other class.
    await proxy.send(3);
    await page.waitForSelector('section:has(#admission)');
    const rows = (caption: string) =>
      page.locator(`table:has(caption:text-is("${caption}")) tbody tr`).allInnerTexts();
    await vi.waitFor(async () => {
      expect(await rows('Classes')).toEqual(['default\t0\t1\t0', 'high\t1\t0\t0']);
      expect(await rows('Permits refused since the start, by reason')).toEqual(['queue_full\t3']);
      expect(await rows('Now')).toEqual(['limit\t2 by auto']);
    }, patience);
    expect(await text(page, '[data-tile=in-flight]')).toContain('found by auto');
  });

  test('A finding appears with its remedy, and is told to screen readers', async () => {
    const { page, proxy, backend } = await open('--circuit-breaker-threshold', '3');
    await page.waitForSelector('p.no-finding:has-text("Nothing needs to change")');
    await backend.close();
    await proxy.send(6);
    await page.waitForSelector('.finding.critical');
    expect(await text(page, '.finding')).toContain('Remedy');
    expect(await text(page, '[aria-live=polite]')).toMatch(/^Findings: \d.*Critical: /);
    expect(await text(page, '[data-testid=status]')).toContain('Unhealthy');
    await vi.waitFor(
      async () => expect(await page.title()).toMatch(/^\(\d\) Spillway: unhealthy/),
      patience,
    );
    // A page opened later knows it from a single poll, once the proxy itself has found it.
    await vi.waitFor(async () => {
      const health = (await (await fetch(`${proxy.url}/proxy-health`)).json()) as Health;
      expect(health.findings.map(({ severity }) => severity)).toContain('critical');
    }, patience);
    const { page: later } = await openPage(browser, 'about:blank');
    let polls = 0;
    await later.route('**/proxy-metrics', (route) => {
      polls += 1;
      return polls === 1 ? route.continue() : route.abort();
    });
    await later.goto(`${proxy.url}/proxy-dashboard`);
    await later.waitForSelector('.finding.critical');
  });

  test('Its findings are those that the proxy has now, from the first to the last', async () => {
    const { page, proxy } = await open();
    const health = (await (await fetch(`${proxy.url}/proxy-health`)).json()) as Health;
    let findings: readonly unknown[] = [{ ...limitTooHigh, for_seconds: 4 }];
    await page.route('**/proxy-health', (route) =>
      route.fulfill({ json: { ...health, findings } }),
    );
    await page.waitForSelector('.finding:has-text("for 4 s")');
    findings = [{ ...limitTooHigh, for_seconds: 9 }];
    await page.waitForSelector('.finding:has-text("for 9 s")');
    expect(await page.locator('.finding').count()).toBe(1);
    // Once they stayed as they were when the page was opened.
    findings = [];
    await page.waitForSelector('p.no-finding:has-text("Nothing needs to change")');
    await page.route('**/proxy-health', (route) => route.fulfill({ status: 502, body: '' }));
    await page.waitForSelector('p.no-finding:has-text("Not known now. The proxy, or what")');
  });

  test('A failure opens its story, which its address opens as well', async () => {
    const { page, proxy, backend } = await open();
    await backend.close();
    await proxy.send(1, '/orders/17?a=b');
    await page.click('a.request:has-text("/orders/17?a=b")', patience);
    const { requests } = (await (await fetch(`${proxy.url}/proxy-why`)).json()) as RequestList;
    const id = requests[0]?.id as string;
    const story = (await (await fetch(`${proxy.url}/proxy-why/${id}`)).json()) as RequestStory;
    expect(story.told.length).toBeGreaterThan(0);
    const expectStory = async (where: Page) => {
      await where.waitForSelector('dialog[open] .told');
      expect(await where.locator('dialog .told li').allTextContents()).toEqual(story.told);
      expect(await where.locator('dialog .track').count()).toBeGreaterThan(0);
    };
    await expectStory(page);
    expect(page.url()).toBe(`${proxy.url}/proxy-dashboard#why=${id}`);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'hidden' });
    // The browser tells the page of it only after the dialog has gone.
    await page.waitForURL(`${proxy.url}/proxy-dashboard`);
    const linked = await openPage(browser, `${proxy.url}/proxy-dashboard#why=${id}`);
    await expectStory(linked.page);
    const unknown = await openPage(browser, `${proxy.url}/proxy-dashboard#why=no-such-id`);
    await unknown.page.waitForSelector('dialog:has-text("has no request no-such-id")');
  });

  test('A proxy that is gone is told at once, and one that came back is another one', async () => {
    const { page, proxy, backend } = await open();
    await proxy.send(4);
    await page.waitForSelector('[data-tile=requests]:has-text("4 in all")');
    await proxy.stop();
    await page.waitForSelector('[data-testid=connection]:has-text("Unreachable")');
    expect(await text(page, '.stale-bar')).toMatch(
      /No connection .* all numbers are of \d\d:\d\d:\d\d/,
    );
    expect(await text(page, '[data-tile=requests]')).toContain('4 in all');
    await ProxyProcess.start(['--target', backend.url, '--port', String(proxy.port)]);
    await page.waitForSelector('[data-testid=connection]:has-text("Live")');
    expect(await text(page, '.note:has-text("restarted")')).toMatch(/restarted at \d\d:\d\d:\d\d/);
    expect(await text(page, '[data-tile=requests]')).toContain('0 in all');
  });

  test('Whatever else answers in its place is told apart', async () => {
    const { page } = await open();
    const connection = (words: string) =>
      page.waitForSelector(`[data-testid=connection]:has-text("${words}")`);
    // As when the tab comes back into view: the page asks at once.
    const poll = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    const cases = [
      [401, '{}', 'Not allowed', 'wants another token'],
      [502, 'Bad Gateway', 'Wrong answer', 'answered 502'],
      [200, '<html>sign in to the network</html>', 'Wrong answer', 'is not JSON'],
      [200, '{"status":"healthy"}', 'Wrong answer', 'has no limits'],
      [0, '', 'No answer in time', 'did not answer in time'],
    ] as const;
    for (const [status, body, words, detail] of cases) {
      await connection('Live');
      await page.route('**/proxy-metrics', (route) =>
        status === 0 ? undefined : route.fulfill({ status, body }),
      );
      await poll();
      await connection(words);
      expect(await text(page, '.stale-bar')).toContain(detail);
      await page.unroute('**/proxy-metrics');
      await poll();
    }
  });

  test('Everything works with a keyboard', async () => {
    const { page, proxy } = await open();
    await proxy.send(4);
    const toggle = page.locator('.legend button:has-text("p95")').first();
    await toggle.focus();
    await page.keyboard.press('Space');
    expect(await toggle.getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('Enter');
    expect(await toggle.getAttribute('aria-pressed')).toBe('true');
    await page.focus('[role=img]');
    await vi.waitFor(async () => {
      await page.keyboard.press('ArrowLeft');
      const when = await page.locator('.plot .when').allTextContents();
      expect(when.every((time) => /^\d\d:\d\d:\d\d$/.test(time))).toBe(true);
    }, patience);
    await page.keyboard.press('Escape');
    await vi.waitFor(async () => {
      expect(new Set(await page.locator('.plot .when').allTextContents())).toEqual(
        new Set(['now']),
      );
    }, patience);
    await page.focus('input[name="Time shown"]');
    await page.keyboard.press('ArrowRight');
    expect(await page.isChecked('label:has-text("15 min") input')).toBe(true);
    await page.focus('input[name="Colours"]:checked');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('html[data-theme=light]');
    const first = await firstTime(page);
    await page.reload();
    await page.waitForSelector('html[data-theme=light]');
    // What was seen before the reload is still there.
    await vi.waitFor(async () => expect(await firstTime(page)).toBe(first), patience);
    await page.evaluate('localStorage.clear()');
  });

  test('axe finds nothing serious, light and dark, wide and narrow', async () => {
    const { page, proxy, backend } = await open(
      ...['--circuit-breaker-threshold', '3', '--priority-class', 'high=20%'],
    );
    await proxy.send(4);
    await backend.close();
    await proxy.send(5);
    await page.waitForSelector('.finding');
    await page.waitForSelector('a.request');
    await page.waitForSelector('#admission');
    await page.click('summary');
    await page.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 844 });
        expect([colorScheme, width, await page.evaluate(seriousProblems)]).toEqual([
          colorScheme,
          width,
          [],
        ]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
      await page.click('a.request');
      await page.waitForSelector('dialog .told');
      expect(await page.evaluate(seriousProblems)).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });
});

const limitTooHigh = {
  ...{ rule: 'limit-too-high', severity: 'warning', upstream: null, symptom: 'Answers are late' },
  ...{ evidence: [], cause: 'too many at once', remedy: 'let through fewer', changes: [] },
};

/** The oldest time of the first plot, by keyboard. */
async function firstTime(page: Page): Promise<string | null> {
  await page.focus('[role=img]');
  await page.keyboard.press('Home');
  const when = page.locator('.plot .when').first();
  await vi.waitFor(async () => expect(await when.textContent()).not.toBe('now'), patience);
  return when.textContent();
}

const seriousProblems = `axe.run(document).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + failureSummary).join(' | ')))`;
