import { servicesWith } from '@spillway/contracts/testing';
import { expect, it } from 'vitest';
import type { Reading } from '../poll/reading.ts';
import { applyKey } from '../terminal/screen-commands.ts';
import { badReading, goodReading, servicesReading, start, watched } from '../testing/readings.ts';
import { frame } from './frame.ts';
import type { ScreenState } from './screen-state.ts';
import { unicodeGlyphs } from './text/glyphs.ts';
import { plainText } from './text/span.ts';

const readings = [0, 5, 10].map((second) => servicesReading(second));

function stateOf(of: readonly Reading[], changed: Partial<ScreenState> = {}): ScreenState {
  return {
    ...{ proxies: [watched(of)], selected: 0, service: null, view: 'overview', scroll: 0 },
    ...{ paused: false, help: false, nextAt: start + 12_000, intervalMs: 5_000 },
    ...{ label: null, caption: [], now: start + 10_000 },
    ...changed,
  };
}

function text(state: ScreenState, size = { columns: 80, rows: 24 }): string {
  return frame(state, size, unicodeGlyphs).lines.map(plainText).join('\n');
}

const pressed = (keys: readonly string[], from: ScreenState): ScreenState =>
  keys.reduce((before, key) => applyKey(before, key, 10) ?? before, from);

it('shows a line a service at 80 x 24, with limit, queue, rate, failures, targets and the worst finding', () => {
  const shown = text(stateOf(readings));
  expect(shown).toMatch(/2 services, summed/);
  expect(shown).toMatch(/ service +in flight +queue +req\/s +failed\/s +p95 {2}targets +worst/);
  expect(shown).toMatch(/ models +3\/8 +3\/20 +20 +5 +– {2}● 1 closed +▲ limit-too/);
  expect(shown).toMatch(/ reports +0\/50 +0\/100 +0 +0 +– {2}● 1 closed *\n/);
  expect(shown).toMatch(/▲ warning +models: The limit is what holds requests up/);
  expect(shown).toMatch(/do +services\.models\.max_concurrent_requests 8 → 16\. Raise the limit/);
  expect(shown).toMatch(/s service/);
});

it('shows the screen of one service, chosen by keys, and goes back to all of them', () => {
  const models = pressed(['s'], stateOf(readings));
  expect(models.service).toBe('models');
  const shown = text(models);
  expect(shown).toMatch(/Spillway {2}http:\/\/proxy:8080 {2}models/);
  expect(shown).toMatch(/in flight +━.* 3 of 8/);
  expect(shown).toMatch(/requests\/s +20 /);
  expect(shown).not.toMatch(/2 services/);
  const reports = text(pressed(['s', 's'], stateOf(readings)));
  expect(reports).toMatch(/in flight .* 0 of 50/);
  expect(reports).toMatch(/no alerts/);
  expect(pressed(['s', 's', 's'], stateOf(readings)).service).toBeNull();
  expect(pressed(['S'], stateOf(readings)).service).toBe('reports');
  expect(pressed(['s', 'a'], stateOf(readings)).service).toBeNull();
});

it('lists hundreds of services, those in trouble first, and scrolls through them', () => {
  const names = Array.from({ length: 300 }, (_, i) => `service-${i}`);
  const idle = Object.fromEntries(names.map((name) => [name, {}]));
  const services = servicesWith({
    ...idle,
    'service-250': { status: 'unhealthy', reasons: ['all open'] },
  });
  const state = stateOf([goodReading(0, { services })], { view: 'overview' });
  expect(text(state)).toMatch(/ service +in flight .*\n service-250 .*■ health/);
  expect(text(state)).toMatch(/and \d+ more: press 5/);
  const list = pressed(['5', 'G'], state);
  expect(list.view).toBe('services');
  expect(text(list)).toMatch(/service-299/);
  const { scroll } = frame(list, { columns: 80, rows: 24 }, unicodeGlyphs);
  expect(scroll).toBeGreaterThan(270);
});

it('names the service of each upstream, and marks every service stale when the proxy is', () => {
  expect(text(stateOf(readings, { view: 'upstreams' }))).toMatch(
    / of models\n.*8000[\s\S]* of reports\n/,
  );
  const gone = [...readings, badReading(15)];
  expect(text(stateOf(gone, { service: 'models' }))).toMatch(/models .*STALE/);
});

it('fits at every size, with all services and one', () => {
  for (const size of [
    { columns: 40, rows: 10 },
    { columns: 60, rows: 20 },
    { columns: 200, rows: 60 },
  ]) {
    for (const changed of [
      {},
      { service: 'models' },
      { view: 'services' as const },
      { service: 'gone' },
    ]) {
      const { lines } = frame(stateOf(readings, changed), size, unicodeGlyphs);
      expect(lines).toHaveLength(size.rows);
      for (const line of lines) expect(plainText(line).length).toBeLessThanOrEqual(size.columns);
    }
  }
});

it('sums a service over several proxies', () => {
  const proxies = ['http://a', 'http://b'].map((url) =>
    watched([0, 5, 10].map((second) => servicesReading(second, url))),
  );
  expect(text(stateOf([], { proxies, selected: null }))).toMatch(/ models +6\/16 +6\/40 +40 /);
  expect(text(stateOf([], { proxies, selected: null, service: 'models' }))).toMatch(/6 of 16/);
});

it('has no view, key or line of services where there is one', () => {
  const one = stateOf([goodReading(0)]);
  expect(text(one)).not.toMatch(/service/);
  expect(pressed(['5'], one).view).toBe('overview');
  expect(pressed(['s', 'S'], one).service).toBeNull();
});
