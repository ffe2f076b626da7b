import { createHash } from 'node:crypto';
import type { LoadReport } from '@spillway/contracts';
import { describeConfig } from '@spillway/options';
import type { LoadPlan } from '../engine/engine.ts';
import { loadtestOptions, type ResolvedLoadtestOptions } from './loadtest-options.ts';

const ofAnyLoad = ['total_requests', 'duration', 'warm_up', 'drain', 'workers'];
const keysOf = {
  closed: ['concurrent', ...ofAnyLoad],
  open: ['rate', 'stages', 'arrivals', 'max_in_flight', 'seed', ...ofAnyLoad],
  knee: ['find_knee', 'max_concurrency', 'objective'],
};

/**
 * What has to be equal for two reports to be comparable, as keys and values of the options file.
 * Reports are passed around: of headers only the names are in them, of the body only a digest.
 */
export function comparableOptions(
  resolved: ResolvedLoadtestOptions,
  plan: LoadPlan,
): LoadReport['options'] {
  const kind = resolved.config.findKnee ? 'knee' : plan.model;
  const keys = [...keysOf[kind], 'method', 'timeout'];
  const inForce = describeConfig(loadtestOptions, resolved);
  const set = inForce
    .filter(({ fileKey }) => keys.includes(fileKey))
    .filter(({ json }) => json !== 'none')
    // The default duration is not in force when a number of requests ends the run.
    .filter(({ fileKey }) => fileKey !== 'duration' || usesDuration(resolved, plan))
    .map(({ fileKey, json }): [string, unknown] => [fileKey, json]);
  const { headers, body } = plan.request;
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return Object.fromEntries([
    ...set,
    ...(names.length > 0 ? [['headers', names.sort().join(', ')]] : []),
    ...(body === null ? [] : [['body', digest(body)]]),
  ]);
}

function usesDuration({ config }: ResolvedLoadtestOptions, { length }: LoadPlan): boolean {
  return length.durationMs !== null && config.stages === null;
}

function digest(body: Buffer): string {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${body.length} bytes, sha256 ${sha256.slice(0, 16)}`;
}
