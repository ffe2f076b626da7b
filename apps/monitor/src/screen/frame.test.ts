import {
  limitReasonSchema,
  type MetricsSnapshot,
  strainedResourceSchema,
} from '@spillway/contracts';
import { idleUpstream, type PartOf, snapshotWith } from '@spillway/contracts/testing';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../poll/reading.ts';
import { badReading, counted, goodReading, start, watched } from '../testing/readings.ts';
import { frame } from './frame.ts';
import { type ScreenState, viewNames } from './screen-state.ts';
import { asciiGlyphs, unicodeGlyphs } from './text/glyphs.ts';
import { plainText } from './text/span.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 60, rows: 20 },
  { columns: 40, rows: 10 },
];

function stateOf(readings: readonly Reading[], changed: Partial<ScreenState> = {}): ScreenState {
  return {
    ...{ proxies: [watched(readings)], selected: 0, service: null },
    ...{ view: 'overview', scroll: 0 },
    ...{ paused: false, help: false, nextAt: start + 42_000, intervalMs: 5_000 },
    ...{ label: null, caption: [], now: start + 40_000 },
    ...changed,
  };
}

function text(state: ScreenState, size = { columns: 80, rows: 24 }): string {
  const { lines } = frame(state, size, unicodeGlyphs);
  return lines.map(plainText).join('\n');
}

describe('the overview', () => {
  const busy = (second: number): Reading =>
    goodReading(second, {
      ...counted(second * 100, second * 5),
      status: 'degraded',
      reasons: ['queue at 18 of 20'],
      limits: { concurrent_requests: 8, queue_size: 20 },
      metrics: {
        ...counted(second * 100, second * 5).metrics,
        ...{ available_slots: 0, queue_size: 18 },
        response_time: { count: 90, mean: 0.2, p50: 0.12, p90: 0.3, p95: 0.41, p99: 1.2, max: 2 },
      },
    });

  it('shows rates, gauges, latencies, upstreams and alerts at 80 x 24', () => {
    const shown = text(stateOf([0, 5, 10].map(busy)));
    expect(shown).toMatch(/Spillway {2}http:\/\/proxy:8080 +● live {2}\d\d:\d\d:40 +2 ms/);
    expect(shown).toMatch(/degraded {2}up 1m 50s/);
    expect(shown).toMatch(/requests\/s +100 .*success +95 %/);
    expect(shown).toMatch(/refused\/s +5 /);
    expect(shown).toMatch(/in flight +━+ +8 of 8 +full/);
    expect(shown).toMatch(/queue +━+╸?─+ +18 of 20 +nearly full/);
    expect(shown).toMatch(/response +120 ms +300 ms +410 ms +1\.2 s +2 s +90/);
    expect(shown).toMatch(/http:\/\/127\.0\.0\.1:8000 +● closed/);
    expect(shown).toMatch(/▲ warning +degraded: queue at 18 of 20/);
    expect(shown).toMatch(/\[1 overview\].*q quit/);
  });

  it('leaves out the less important where there is less room', () => {
    const state = stateOf([0, 5, 10].map(busy));
    const small = text(state, { columns: 60, rows: 20 });
    expect(small).toMatch(/in flight .*8 of 8/);
    expect(small).toMatch(/▲ warning/);
    expect(small).not.toMatch(/success|p90|connections/);
    const large = text(state, { columns: 120, rows: 40 });
    expect(large).toMatch(/first byte/);
    expect(large).toMatch(/event loop/);
    expect(large).toMatch(/last poll +ok 475, +queue_full 25/);
  });

  const strained: PartOf<MetricsSnapshot['admission']> = {
    limit: {
      now: 8,
      configured: 'auto',
      algorithm: 'aimd',
      last_change: { from: 12, to: 8, reason: 'drops', seconds_ago: 12 },
    },
    order: { in_force: 'lifo' },
    estimated_wait: 1.234,
    abandoned: 3,
    classes: [
      { name: 'default', reserved: 0, in_flight: 5, queued: 18 },
      { name: 'high', reserved: 2, in_flight: 3, queued: 0 },
    ],
    shedding: { resource: 'memory', share: 0.25 },
  };
  const shedding = (second: number): Reading => {
    const { result } = busy(second);
    if (!result.ok) throw new Error('busy is a good reading');
    const { metrics, limits } = result.snapshot;
    return goodReading(second, { limits, metrics, admission: strained });
  };

  it('says who gets in and who does not, and why', () => {
    const shown = text(stateOf([0, 5, 10].map(shedding)), { columns: 120, rows: 40 });
    expect(shown).toMatch(
      /admission +sheds 25 % of new requests: short of memory {3}order lifo: more comes than is served\n/,
    );
    expect(shown).toMatch(
      /wait 1\.23 s for a request that comes now {3}abandoned 3 permits held for requests given up\n/,
    );
    expect(shown).toMatch(
      /limit 8 by auto, was 12 until 12 s ago: the upstream refused or timed out\n/,
    );
    expect(shown).toMatch(/class +reserved +flying +queued\n default +0 +5 +18\n high +2 +3 +0\n/);
  });

  it.each(sizes)('says the gravest of it at $columns x $rows, and keeps the rest', (size) => {
    const shown = text(stateOf([0, 5, 10].map(shedding)), size);
    expect(shown).toMatch(/sheds 25 % of new/);
    expect(shown).toMatch(/requests\/s/);
    expect(shown).toMatch(/queue .*18 of 20/);
  });

  it('says on small screens how requests ended only where some were refused', () => {
    const small = { columns: 80, rows: 16 };
    expect(text(stateOf([0, 5, 10].map(busy)), small)).toMatch(/last poll +ok 475, +queue_full 25/);
    const failing = (second: number) =>
      goodReading(second, { ...counted(second * 100), status: 'degraded', reasons: ['so'] });
    expect(text(stateOf([0, 5, 10].map(failing)), small)).not.toMatch(/last poll/);
  });

  it('says nothing of admission while nothing is configured and all is well', () => {
    for (const size of sizes) {
      expect(text(stateOf([goodReading(0), goodReading(5)]), size)).not.toMatch(/admission|class/);
    }
  });

  it('tells what is missing where not all upstreams fit', () => {
    const upstreams = Array.from({ length: 50 }, (_, index) => ({
      ...idleUpstream,
      url: `http://10.0.0.${index}:80`,
    }));
    const state = stateOf([goodReading(0, { upstreams })]);
    expect(text(state)).toMatch(/50 upstreams[\s\S]*and \d+ more: press 2/);
    const all = { columns: 80, rows: 60 };
    expect(text({ ...state, view: 'upstreams' }, all)).toContain('http://10.0.0.49:80');
    const scrolled = text({ ...state, view: 'upstreams', scroll: 1_000 });
    expect(scrolled).toContain('http://10.0.0.49:80');
    expect(scrolled).not.toContain('http://10.0.0.3:80');
  });

  it('says calmly when nothing is wrong, and when nothing is known', () => {
    expect(text(stateOf([goodReading(0)]))).toContain('no alerts');
    expect(text(stateOf([]))).toContain('nothing is known yet');
  });
});

describe('the header', () => {
  it('keeps the last picture when polls fail, with its age, the reason and the next try', () => {
    const state = stateOf([
      goodReading(0, counted(0)),
      goodReading(5, counted(50)),
      badReading(10),
    ]);
    const shown = text(state);
    expect(shown).toMatch(/× STALE 35 s/);
    expect(shown).toMatch(/refused, again in 2 s: connect ECONNREFUSED/);
    expect(shown).toMatch(/requests\/s +10 /);
    expect(shown).toMatch(/■ no data +http:\/\/proxy:8080 refused[\s\S]*do +nothing listens there/);
  });

  it('tells a proxy that never answered from one that stopped', () => {
    expect(text(stateOf([badReading(0)]))).toMatch(/× UNREACHABLE/);
  });

  it.each([
    ['timeout', 'timed out'],
    ['unauthorized', 'needs the token'],
    ['status', 'no metrics'],
    ['bad_json', 'no JSON'],
    ['not_spillway', 'no Spillway'],
  ] as const)('says %s in words', (code, words) => {
    expect(text(stateOf([badReading(0, { code, detail: 'so' })]))).toContain(`${words}, again`);
  });

  it('says restarted for a minute', () => {
    const readings = [goodReading(0, counted(9)), goodReading(10, counted(1))];
    expect(text(stateOf(readings))).toContain('RESTARTED 30 s ago');
    expect(text(stateOf(readings, { now: start + 80_000 }))).not.toContain('RESTARTED');
  });

  it('shows a pause, a draining proxy, a recording and a caption', () => {
    const readings = [goodReading(0, { draining: true })];
    const state = { paused: true, label: 'replay x2', caption: ['overload: watch the queue'] };
    const shown = text(stateOf(readings, state));
    for (const words of ['PAUSED', 'draining', 'replay x2', ' overload: watch the queue']) {
      expect(shown).toContain(words);
    }
  });

  it('sums several proxies and names those left out', () => {
    const proxies = [
      watched([goodReading(0, {}, 'http://a')]),
      watched([badReading(0, {}, 'http://b')]),
    ];
    const shown = text(stateOf([], { proxies, selected: null }));
    expect(shown).toMatch(/2 proxies, summed +× 1 of 2 STALE/);
    expect(shown).toMatch(/1 healthy {2}1 not in the sums/);
    expect(shown).toMatch(/worst proxy/);
    expect(shown).toMatch(/^ b +× refused/m);
    expect(text(stateOf([], { proxies, selected: 0 }))).toMatch(/Spillway {2}http:\/\/a /);
  });

  it('tells proxies apart by the end of their addresses, in alerts too, where there is little room', () => {
    const reasons = [
      'queue at 18 of 20',
      'success rate of the last minute below 50 %',
      'and so on',
    ];
    const strained = { status: 'degraded' as const, reasons };
    const names = ['localhost:8081', 'proxy-of-the-orders.eu.example:8082', 'localhost:8083'];
    const proxies = names.map((name) => watched([goodReading(0, strained, `http://${name}`)]));
    const shown = text(stateOf([], { proxies, selected: null }));
    expect(shown).toMatch(/^ localhost:8081 +● degraded/m);
    expect(shown).toMatch(/^ …\.eu\.example:8082 ● degraded/m);
    expect(shown).toMatch(/warning +localhost:8083: degraded: queue at 18 of 20; .* …$/m);
    expect(shown).toMatch(/warning +…he-orders\.eu\.example:8082: degraded/);
    expect(shown).toMatch(/warning +localhost:8081: degraded/);
  });
});

it('below 40 x 10 says what it needs, even in a few columns', () => {
  expect(text(stateOf([]), { columns: 39, rows: 10 })).toContain('needs 40 x 10');
  expect(text(stateOf([]), { columns: 80, rows: 9 })).toContain('This is 80 x 9.');
  expect(text(stateOf([]), { columns: 3, rows: 1 })).toHaveLength(2);
});

it('stops scrolling at the end, so that the way back begins at once', () => {
  const state = stateOf([goodReading(0)], { view: 'raw', scroll: Number.POSITIVE_INFINITY });
  const { scroll, lines } = frame(state, { columns: 80, rows: 24 }, unicodeGlyphs);
  expect(Number.isFinite(scroll)).toBe(true);
  expect(lines.map(plainText).at(-2)).toBe(' }');
});

describe('whatever a proxy says', () => {
  const number = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER, 2 ** 40));
  const time = fc.option(
    fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constantFrom(0, 5e-324, 1e300)),
  );
  const percentiles = fc.record({
    ...{ count: number, mean: time, p50: time, p90: time, p95: time, p99: time, max: time },
  });
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.constantFrom('\x1b[2J\x1b]0;owned\x07', '\r\n\t', '\u202egnp.exe', 'http://'.repeat(99)),
    fc.constantFrom('你好世界'.repeat(30), '👨‍👩‍👧‍👦🇨🇭e\u0301', '\u009b31m', '\ud800', '\u200b'),
  );
  const upstream = fc.record({
    ...{ url: words, active: number, first_byte: percentiles, service_time: percentiles },
    connections: fc.record({ open: number, idle: number, connecting: number, waiting: number }),
    breaker: fc.record({
      state: fc.constantFrom('closed' as const, 'open' as const, 'half_open' as const),
      retry_in: fc.double({ min: 0, max: 1e12, noNaN: true }),
      ...{ consecutive_failures: number, opened_total: number },
    }),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const admission = fc.record({
    limit: fc.record({
      ...{ now: number, configured: fc.constantFrom('auto' as const, 5) },
      last_change: fc.option(
        fc.record({
          ...{ from: number, to: number, seconds_ago: number },
          reason: fc.constantFrom(...limitReasonSchema.options),
        }),
      ),
      stated_capacity: fc.option(number),
    }),
    order: fc.record({ in_force: fc.constantFrom('fifo' as const, 'lifo' as const) }),
    estimated_wait: fc.double({ min: 0, max: 1e300, noNaN: true }),
    ...{ abandoned: number, keys: number, ramp: share },
    classes: fc.array(
      fc.record({ name: words, reserved: number, in_flight: number, queued: number }),
      { minLength: 1, maxLength: 5 },
    ),
    shedding: fc.option(
      fc.record({ resource: fc.constantFrom(...strainedResourceSchema.options), share }),
    ),
  });
  const snapshot: fc.Arbitrary<MetricsSnapshot> = fc
    .record({
      admission,
      status: fc.constantFrom('healthy' as const, 'degraded' as const, 'unhealthy' as const),
      reasons: fc.array(words, { maxLength: 4 }),
      draining: fc.boolean(),
      upstreams: fc.array(upstream, { maxLength: 50 }),
      limits: fc.record({ concurrent_requests: number, queue_size: number }),
      numbers: fc.record({ available_slots: number, queue_size: number, total_requests: number }),
      times: fc.record({ response_time: percentiles, queue_wait: percentiles, body: percentiles }),
      ok: number,
      version: words,
      config: fc.dictionary(words, words, { maxKeys: 3 }),
    })
    .map(({ numbers, times, ok, version, ...rest }) =>
      snapshotWith({
        ...rest,
        metrics: { ...numbers, ...times, outcomes: { ok } },
        process: { version },
      }),
    );
  const reading = (url: string) =>
    fc
      .oneof(
        snapshot.map((value) => ({ ok: true as const, snapshot: value })),
        fc
          .record({ code: fc.constantFrom('refused' as const, 'bad_json' as const), detail: words })
          .map((failure) => ({ ok: false as const, failure })),
      )
      .map((result): Reading => ({ url, at: start, tookMs: 1, result, findings: null }));
  const state = fc
    .record({
      urls: fc.uniqueArray(words, { minLength: 1, maxLength: 3 }),
      view: fc.constantFrom(...viewNames),
      scroll: fc.nat(300),
      help: fc.boolean(),
      caption: fc.array(words, { maxLength: 2 }),
      label: fc.option(words),
    })
    .chain(({ urls, ...rest }) =>
      fc
        .tuple(
          fc.tuple(...urls.map((url) => fc.array(reading(url), { maxLength: 4 }))),
          fc.option(fc.nat(urls.length - 1)),
        )
        .map(([all, selected]) => {
          const proxies = all.map((readings) =>
            watched(readings.map((one, index) => ({ ...one, at: start + index * 1_000 }))),
          );
          return stateOf([], { ...rest, proxies, selected });
        }),
    );
  const size = fc.oneof(
    fc.constantFrom(...sizes),
    fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 70 }) }),
  );

  it('fits the terminal, leaves the last column of the last row, and holds no control character', () => {
    fc.assert(
      fc.property(state, size, fc.boolean(), (shown, { columns, rows }, ascii) => {
        const { lines } = frame(shown, { columns, rows }, ascii ? asciiGlyphs : unicodeGlyphs);
        const texts = lines.map(plainText);
        expect(texts).toHaveLength(rows);
        for (const [row, line] of texts.entries()) {
          expect(stringWidth(line)).toBeLessThanOrEqual(row === rows - 1 ? columns - 1 : columns);
          expect(line).not.toMatch(
            /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u,
          );
          if (ascii) expect(line).toMatch(/^[\x20-\x7e]*$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
