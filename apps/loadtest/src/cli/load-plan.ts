import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeSource, type OptionProblem, problem } from '@spillway/options';
import type { ClosedPlan, LoadPlan, LoadRequest, OpenPlan } from '../engine/engine.ts';
import { unsendableField } from '../engine/open/target.ts';
import type { LoadtestConfig, ResolvedLoadtestOptions } from './loadtest-options.ts';

/** What is to be sent; a file that can't be read is a problem like any other. */
export function loadRequest(config: LoadtestConfig, cwd: string): LoadRequest | OptionProblem {
  let body = config.body === null ? null : Buffer.from(config.body);
  if (config.bodyFile !== null) {
    try {
      body = readFileSync(resolve(cwd, config.bodyFile));
    } catch (error) {
      const message = `cannot read ${config.bodyFile}: ${(error as NodeJS.ErrnoException).code}`;
      return problem('unreadable_file', 'flag --body-file', message);
    }
  }
  const { url, method, timeoutMs } = config;
  return { url: new URL(url), method, headers: headersOf(config), body, timeoutMs };
}

function headersOf({ headers }: LoadtestConfig): Record<string, string> {
  const joined = new Map<string, { name: string; value: string }>();
  for (const { name, value } of headers) {
    const earlier = joined.get(name.toLowerCase());
    // RFC 9110 5.3: repeated fields mean the same as one with the values in a row; cookies have their own sign.
    const sign = name.toLowerCase() === 'cookie' ? '; ' : ', ';
    joined.set(
      name.toLowerCase(),
      earlier ? { name: earlier.name, value: earlier.value + sign + value } : { name, value },
    );
  }
  return Object.fromEntries([...joined.values()].map(({ name, value }) => [name, value]));
}

/** What a plan can't send, though the options hold each by itself. */
export function planProblem(
  { sources }: ResolvedLoadtestOptions,
  { model, request }: LoadPlan,
): OptionProblem | null {
  const field = model === 'open' ? unsendableField(request.headers) : null;
  if (field === null) return null;
  const message = `the open model can't send the field ${field}; leave it out, or use --concurrent`;
  return problem('conflict', describeSource(sources.headers), message);
}

/** How it is sent, the warm-up in front included. */
export function loadPlan(resolved: ResolvedLoadtestOptions, request: LoadRequest): LoadPlan {
  const { rate, stages } = resolved.config;
  return rate === null && stages === null
    ? closedPlan(resolved, request)
    : openPlan(resolved, request);
}

function closedPlan(
  { config, sources }: ResolvedLoadtestOptions,
  request: LoadRequest,
): ClosedPlan {
  const { totalRequests, warmUpMs, drain } = config;
  const durationMs = endsByCount(config, sources) ? null : config.durationMs + warmUpMs;
  // More connections than requests would stay unused.
  const concurrent = Math.min(config.concurrent, totalRequests ?? config.concurrent);
  const length = { requests: totalRequests, durationMs, drain };
  return { model: 'closed', request, length, concurrent };
}

function openPlan({ config, sources }: ResolvedLoadtestOptions, request: LoadRequest): OpenPlan {
  const { rate, totalRequests, warmUpMs, drain, arrivals, maxInFlight, seed } = config;
  const byCount = config.stages === null && endsByCount(config, sources);
  const durationMs = byCount ? Number.POSITIVE_INFINITY : config.durationMs;
  const steps = config.stages ?? [{ durationMs, rate: rate ?? 0 }];
  const startRate = rate ?? steps[0]?.rate ?? 0;
  const warm = warmUpMs > 0 ? [{ durationMs: warmUpMs, rate: startRate }] : [];
  const stages = [...warm, ...steps];
  const totalMs = stages.reduce((sum, stage) => sum + stage.durationMs, 0);
  return {
    model: 'open',
    request,
    length: { requests: totalRequests, durationMs: byCount ? null : totalMs, drain },
    stages,
    startRate,
    arrivals,
    maxInFlight,
    seed,
  };
}

/** A number of requests ends the run alone, unless somebody asked for a time too. */
function endsByCount(
  { totalRequests }: LoadtestConfig,
  { durationMs }: ResolvedLoadtestOptions['sources'],
): boolean {
  return totalRequests !== null && durationMs.from === 'default';
}
