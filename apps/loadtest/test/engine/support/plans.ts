import type { ClosedPlan, LoadRequest, OpenPlan, RunLength } from '../../../src/engine/engine.ts';

export function requestTo(url: string, fields: Partial<LoadRequest> = {}): LoadRequest {
  return { url: new URL(url), method: 'GET', headers: {}, body: null, timeoutMs: 5000, ...fields };
}

export const requests = (count: number): RunLength => ({
  requests: count,
  durationMs: null,
  drain: true,
});

export const duration = (durationMs: number, drain = true): RunLength => ({
  requests: null,
  durationMs,
  drain,
});

export function closedPlan(request: LoadRequest, length: RunLength, concurrent = 1): ClosedPlan {
  return { model: 'closed', request, length, concurrent };
}

export function openPlan(
  request: LoadRequest,
  length: RunLength,
  rate: number,
  fields: Partial<OpenPlan> = {},
): OpenPlan {
  return {
    model: 'open',
    request,
    length,
    stages: [{ durationMs: Number.POSITIVE_INFINITY, rate }],
    startRate: rate,
    arrivals: 'constant',
    maxInFlight: 1000,
    seed: 1,
    ...fields,
  };
}

export const never: AbortSignal = new AbortController().signal;
