import { type BalancerOptions, balancers, OutlierDetector } from '@spillway/core';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import { systemTime } from '../../system/system-time.ts';
import type { Upstream } from './upstream.ts';

/** An ejection grows to this many times the first one. */
const longestEjection = 10;
const ejectionJitter = 0.1;

/** What the configuration says of choosing among targets. */
export type BalanceSettings = Pick<
  ProxyConfig,
  | 'balance'
  | 'hashLoadFactor'
  | 'slowStartMs'
  | 'outlierFailures'
  | 'outlierWindowMs'
  | 'outlierMinCalls'
  | 'outlierEjectionMs'
  | 'outlierMaxEjected'
>;

/** What of a service's settings it takes to choose. */
export const balanceSettings = ({
  balance,
  hashLoadFactor,
  slowStartMs,
  outlierFailures,
  outlierWindowMs,
  outlierMinCalls,
  outlierEjectionMs,
  outlierMaxEjected,
}: ProxyConfig): BalanceSettings => ({
  ...{ balance, hashLoadFactor, slowStartMs },
  ...{ outlierFailures, outlierWindowMs, outlierMinCalls, outlierEjectionMs, outlierMaxEjected },
});

export const makeBalancer = (targets: readonly Upstream[], settings: BalanceSettings) => {
  const { slowStartMs, hashLoadFactor, balance } = settings;
  const options: BalancerOptions = { slowStartMs, slowStartAggression: 1, hashLoadFactor };
  return balancers[balance](targets, options, Math.random);
};

export const makeOutlierDetector = (settings: BalanceSettings): OutlierDetector =>
  new OutlierDetector({
    outlierFailures: settings.outlierFailures,
    outlierWindowMs: settings.outlierWindowMs,
    outlierMinimumCalls: settings.outlierMinCalls,
    maxEjectedShare: settings.outlierMaxEjected,
    baseEjectionMs: settings.outlierEjectionMs,
    maxEjectionMs: settings.outlierEjectionMs * longestEjection,
    ejectionJitter,
    time: systemTime,
    random: Math.random,
  });
