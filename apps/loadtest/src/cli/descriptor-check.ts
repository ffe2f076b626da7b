import { readdirSync, readFileSync } from 'node:fs';
import { formatNumber } from '@spillway/quantities';
import type { LoadPlan } from '../engine/engine.ts';
import { moreDescriptors } from '../report/local-warnings.ts';
import type { LoadtestConfig } from './loadtest-options.ts';

/** What this process may have open, and has. */
export interface Descriptors {
  readonly limit: number;
  readonly open: number;
}

/** Null where nothing tells: only Linux has /proc/self. Node has raised the soft limit to the hard one by then. */
export function readDescriptors(): Descriptors | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
    return { limit, open: readdirSync('/proc/self/fd').length };
  } catch {
    return null;
  }
}

/** A thread that sends, and the one that paces it, hold five each. */
const ofThread = 10;

/** Says before a run that its connections won't fit; null when they will, or nobody knows. */
export function descriptorWarning(
  config: Pick<LoadtestConfig, 'findKnee' | 'maxConcurrency' | 'workers'>,
  plan: LoadPlan,
  descriptors: Descriptors | null,
): string | null {
  if (descriptors === null) return null;
  const { connections, why } = config.findKnee
    ? { connections: config.maxConcurrency, why: `--max-concurrency ${config.maxConcurrency}` }
    : wantedBy(plan);
  const needed = connections + descriptors.open + ofThread * config.workers;
  if (needed <= descriptors.limit) return null;
  const limit = `this process may have ${formatNumber(descriptors.limit)}`;
  return `${why} needs up to ${formatNumber(needed)} open descriptors, but ${limit}: ${moreDescriptors}, or ask for less; a run that reaches it is invalid`;
}

/** In the open model nobody knows: as many as come due within a second, which a target may well take. */
function wantedBy(plan: LoadPlan): { connections: number; why: string } {
  if (plan.model === 'closed') {
    return { connections: plan.concurrent, why: `--concurrent ${plan.concurrent}` };
  }
  const { startRate, stages, maxInFlight, request } = plan;
  const peak = Math.max(startRate, ...stages.map(({ rate }) => rate));
  const dueMs = Math.min(1_000, request.timeoutMs);
  const connections = Math.min(maxInFlight, Math.ceil((peak * dueMs) / 1_000));
  return { connections, why: `a rate of ${peak} a second, at ${dueMs} ms a response,` };
}
