import type { AdmissionSnapshot } from '@spillway/contracts';
import type { Overload } from '@spillway/core';
import { systemTime } from '../../system/system-time.ts';
import type { Service } from '../service.ts';

/** What /proxy-metrics shows of the limit, the line and what protects them. */
export function admissionSnapshot(service: Service, overload: Overload | null): AdmissionSnapshot {
  const { settings, permits, retryBudget, upstreams } = service;
  const { tokens } = retryBudget;
  return {
    limit: limitSnapshot(service),
    order: { configured: settings.queueOrder, in_force: permits.orderInForce },
    estimated_wait: permits.estimatedWaitMs() / 1000,
    abandoned: permits.abandoned,
    refusals: { ...permits.refusals },
    classes: classesSnapshot(service),
    keys: permits.flows,
    shedding: overload && { resource: overload.resource, share: overload.shed },
    ramp: upstreams.rampShare,
    retry_budget: {
      tokens: tokens === Infinity ? null : tokens,
      retrying: retryBudget.retrying,
      refused: retryBudget.refusedAtOnce + retryBudget.refusedOverTime,
    },
  };
}

function limitSnapshot({
  settings,
  permits,
  limitTuner,
  limit,
}: Service): AdmissionSnapshot['limit'] {
  const change = limitTuner?.lastChange ?? null;
  const byTargets = limit.allowedBy('targets');
  return {
    now: permits.limit,
    configured: settings.maxConcurrentRequests,
    algorithm: limitTuner?.algorithm ?? 'fixed',
    last_change: change && {
      from: change.from,
      to: change.to,
      reason: change.reason,
      seconds_ago: Math.max(0, systemTime.now() - change.at) / 1000,
    },
    stated_capacity: limitTuner?.statedCapacity ?? null,
    targets: byTargets === Infinity ? null : byTargets,
  };
}

function classesSnapshot({ classes, permits }: Service): AdmissionSnapshot['classes'] {
  return classes.names.map((name, i) => ({
    name,
    reserved: permits.reservedByClass[i] as number,
    in_flight: permits.inFlightByClass[i] as number,
    queued: permits.queuedByClass[i] as number,
  }));
}
