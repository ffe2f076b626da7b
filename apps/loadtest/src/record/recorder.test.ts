import type { LoadOutcome, LoadSecond } from '@spillway/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestResult } from '../engine/engine.ts';
import { decodeHistogram, recordedValues } from './histogram.ts';
import { Recorder, type RecorderSettings } from './recorder.ts';
import { summarize } from './summarize.ts';

fc.configureGlobal({ seed: 20_261_122 });

const tenSecondsMs = 10_000;
const settings: RecorderSettings = {
  from: 1_000,
  durationMs: tenSecondsMs,
  timeoutMs: 500,
  open: true,
};

const result = (over: Partial<RequestResult> = {}): RequestResult => ({
  outcome: 'ok',
  status: 200,
  intendedAt: 1_000,
  sentAt: 1_000,
  endedAt: 1_020,
  bytes: 10,
  proxyOutcome: null,
  localError: null,
  ...over,
});

function recorded(
  results: readonly RequestResult[],
  over: Partial<RecorderSettings> = {},
): Recorder {
  const recorder = new Recorder({ ...settings, ...over });
  for (const one of [...results].sort((a, b) => a.endedAt - b.endedAt)) {
    recorder.onSent(one.sentAt);
    recorder.onEnded(one);
  }
  return recorder;
}

const summary = (recorder: Recorder) => summarize(recorder.state(), tenSecondsMs);

const outcomes: LoadOutcome[] = [
  'ok',
  'status',
  'timeout',
  'refused',
  'local',
  'reset',
  'unfinished',
];
const anyResult = fc
  .record({
    outcome: fc.constantFrom(...outcomes),
    sentAt: fc.double({ min: 0, max: 9_000, noNaN: true }),
    late: fc.double({ min: 0, max: 300, noNaN: true }),
    took: fc.double({ min: 0.01, max: 4_000, noNaN: true }),
    status: fc.constantFrom(0, 200, 503),
    proxyOutcome: fc.constantFrom(null, 'queue_full', 'breaker_open'),
  })
  .map(({ outcome, sentAt, late, took, status, proxyOutcome }) =>
    result({
      outcome,
      status,
      proxyOutcome,
      sentAt,
      intendedAt: sentAt - late,
      endedAt: sentAt + took,
    }),
  );
const anyResults = fc.array(anyResult, { minLength: 1, maxLength: 120 });

/** By the definition that HdrHistogram uses: the smallest sample that so many percent do not exceed. */
function exactPercentile(sorted: readonly number[], percentile: number): number {
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN;
}

describe('percentiles', () => {
  it('are those of an exact computation, to the histogram precision of 0.1 %', () => {
    // Lognormal, bimodal and constant at once, from microseconds to half a minute.
    const samples = Array.from({ length: 5_000 }, (_, n) => {
      const angle = 2 * Math.PI * ((n * 0.754877666) % 1);
      const radius = Math.sqrt(-2 * Math.log((((n + 1) * 0.569840291) % 1) + 1e-9));
      return n % 10 === 0 ? 25_000 : Math.exp(2 + 1.5 * radius * Math.cos(angle));
    });
    const recorder = recorded(
      samples.map((ms) => result({ endedAt: 1_000 + ms })),
      { open: false },
    );
    const sorted = [...samples].sort((a, b) => a - b);
    const { good } = summary(recorder).latency;
    const shown = [
      ['p50', 50],
      ['p75', 75],
      ['p90', 90],
      ['p95', 95],
      ['p99', 99],
      ['p999', 99.9],
      ['max', 100],
    ] as const;
    for (const [name, percentile] of shown) {
      const exact = exactPercentile(sorted, percentile) / 1_000;
      expect(Math.abs((good[name] ?? 0) - exact), name).toBeLessThanOrEqual(exact * 0.001 + 1e-6);
    }
    const mean = samples.reduce((sum, ms) => sum + ms, 0) / samples.length / 1_000;
    expect(Math.abs((good.mean ?? 0) - mean)).toBeLessThan(mean * 0.001);
    expect(good.count).toBe(5_000);
  });

  it('are null where there is no sample', () => {
    const { good } = summary(recorded([result({ outcome: 'reset', status: 0 })])).latency;
    expect(good).toMatchObject({ count: 0, mean: null, min: null, p50: null, max: null });
  });
});

describe('the views', () => {
  it('keep good answers apart from all, in which a timeout counts with its limit', () => {
    const { latency } = summary(
      recorded([
        result({ endedAt: 1_100 }),
        result({ outcome: 'status', status: 503, endedAt: 1_001 }),
        // Detected late, by a coarse timer.
        result({ outcome: 'timeout', status: 0, endedAt: 1_590 }),
        result({ outcome: 'unfinished', status: 0, endedAt: 1_300 }),
      ]),
    );
    expect(latency.good.count).toBe(1);
    expect(latency.good.p50).toBeCloseTo(0.1, 3);
    expect(latency.all.count).toBe(3);
    expect(latency.all.max).toBeCloseTo(0.5, 3);
  });

  it('measure from the intended time, and the service time from the sending', () => {
    const late = result({ intendedAt: 1_000, sentAt: 1_400, endedAt: 1_500 });
    const { latency } = summary(recorded([late]));
    expect(latency.good.p50).toBeCloseTo(0.5, 3);
    expect(latency.service?.p50).toBeCloseTo(0.1, 3);
    expect(latency.lateness?.p50).toBeCloseTo(0.4, 3);
    const closed = summary(recorded([late], { open: false })).latency;
    expect([closed.service, closed.lateness]).toEqual([null, null]);
  });
});

describe('the counts', () => {
  it('add up: sent is the sum of the outcomes, and of the seconds', () => {
    fc.assert(
      fc.property(anyResults, (results) => {
        const { counts, seconds } = summary(recorded(results));
        const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
        expect(sum(Object.values(counts.outcomes))).toBe(counts.sent);
        expect(sum(seconds.map((second) => second.sent))).toBe(counts.sent);
        expect(sum(seconds.map((second) => second.ok + second.failed))).toBe(counts.sent);
        expect(seconds.at(-1)?.in_flight ?? 0).toBe(0);
      }),
    );
  });

  it('leave out what was sent in the warm-up, also when it ends later', () => {
    const recorder = recorded([
      result({ sentAt: 999, endedAt: 1_200 }),
      result({ sentAt: 1_000, endedAt: 1_200 }),
    ]);
    recorder.onDropped(999);
    recorder.onDropped(1_001);
    expect(recorder.state().uncounted).toBe(1);
    const { counts } = summary(recorder);
    expect(counts).toMatchObject({ sent: 1, dropped: 1, outcomes: { ok: 1 } });
    expect(recorder.progress()).toEqual({
      sent: 1,
      ended: 1,
      ok: 1,
      refused: 0,
      local: 0,
      inFlight: 0,
      dropped: 1,
    });
  });

  it('tell statuses and the outcomes that a proxy names apart', () => {
    const full = result({ outcome: 'status', status: 503, proxyOutcome: 'queue_full' });
    const open = result({ outcome: 'status', status: 503, proxyOutcome: 'breaker_open' });
    const { counts } = summary(recorded([result(), full, full, open]));
    expect(counts.statuses).toEqual({ 200: 1, 503: 3 });
    expect(counts.proxy_outcomes).toEqual({ queue_full: 2, breaker_open: 1 });
  });
});

describe('the rates', () => {
  it('leave the draining out: a straggler does not dilute them', () => {
    const results = [
      ...Array.from({ length: 100 }, (_, n) => result({ endedAt: 1_000 + n * 100 })),
      result({ endedAt: 35_000 }),
    ];
    const { duration, rates, counts } = summary(recorded(results));
    expect(duration).toBe(10);
    expect(rates).toMatchObject({ requests_per_second: 10, received_bytes_per_second: 100 });
    expect(counts.sent).toBe(101);
  });
});

describe('what could not be sent for want of something here', () => {
  const results = [
    result(),
    result({ outcome: 'local', status: 0, bytes: 0, localError: 'EMFILE' }),
    result({ outcome: 'local', status: 0, bytes: 0, localError: 'EADDRNOTAVAIL' }),
    result({ outcome: 'local', status: 0, bytes: 0, localError: 'EMFILE' }),
  ];

  it('is counted by its cause, and is in no rate and no latency', () => {
    const { counts, rates, latency, success_rate } = summary(recorded(results));
    expect(counts).toMatchObject({ sent: 4, outcomes: { ok: 1, local: 3 } });
    expect(counts.local_errors).toEqual({ EMFILE: 2, EADDRNOTAVAIL: 1 });
    expect(rates.requests_per_second).toBe(0.1);
    expect(latency.all.count).toBe(1);
    expect(success_rate).toBe(25);
  });

  it('adds up over threads', () => {
    const states = [recorded(results).state(), recorded(results.slice(0, 2)).state()];
    expect(Recorder.merge(states).localErrors).toEqual({ EMFILE: 3, EADDRNOTAVAIL: 1 });
  });
});

describe('the series', () => {
  it('holds a second each, empty ones included, with what is under way at its end', () => {
    const recorder = new Recorder(settings);
    recorder.onSent(1_000);
    recorder.onSent(1_100);
    recorder.onEnded(result({ sentAt: 1_000, endedAt: 1_200 }));
    recorder.onEnded(result({ sentAt: 1_100, endedAt: 4_500 }));
    const { seconds } = summary(recorder);
    expect(seconds.map((second) => second.in_flight)).toEqual([1, 1, 1, 0]);
    expect(seconds.map((second) => second.ok)).toEqual([1, 0, 0, 1]);
    expect(seconds[0]?.p50).toBeCloseTo(0.2, 2);
    expect(seconds[1]).toMatchObject({ sent: 0, ok: 0, p50: null, p95: null, p99: null });
  });
});

/** A second with what its histogram holds: the same counts may be encoded in more than one way. */
const counted = ({ in_flight: _, hdr, ...second }: LoadSecond) => ({
  ...second,
  values: hdr === undefined ? [] : [...recordedValues(decodeHistogram(hdr))],
});

describe('merging', () => {
  it('gives what one recorder would have recorded, and survives a structured clone', () => {
    fc.assert(
      fc.property(anyResults, anyResults, (left, right) => {
        const states = [left, right].map((part) => structuredClone(recorded(part).state()));
        const merged = summarize(Recorder.merge(states), tenSecondsMs);
        const together = summary(recorded([...left, ...right]));
        const { seconds, latency, ...rest } = merged;
        const { seconds: secondsTogether, latency: latencyTogether, ...restTogether } = together;
        expect(rest).toEqual(restTogether);
        expect(latency.all.hdr).toBe(latencyTogether.all.hdr);
        expect(latency.good.p99).toBe(latencyTogether.good.p99);
        // In flight of the last shared second depends on when each recorder heard of its end.
        expect(seconds.map(counted)).toEqual(secondsTogether.map(counted));
      }),
    );
  });
});
