import type { ServiceSnapshot, Shortages } from '@spillway/contracts';
import { commandNames } from '@spillway/contracts';
import type { Overload } from '@spillway/core';
import { judgeHealth } from '@spillway/diagnosis';
import { configInForce } from '../config/config-in-force.ts';
import { type Traffic, trafficSnapshot } from '../observe/traffic.ts';
import { admissionSnapshot } from './admission/admission-snapshot.ts';
import type { Service } from './service.ts';

/** They are the process's, told beside its services. */
const noShortages: Shortages = { descriptors: 0, ports: 0, memory: 0 };

/** How a service does; `beside` is counted with it, where it is the only one. */
export function serviceSnapshot(
  service: Service,
  overload: Overload | null,
  beside: readonly Traffic[] = [],
): ServiceSnapshot {
  const { permits, upstreams, traffic, settings } = service;
  // First: looking at a breaker may open it, and the rest has to agree.
  const targets = upstreams.known.map((upstream) => upstream.snapshot());
  const inForce = targets.slice(0, upstreams.all.length);
  return {
    ...serviceHealth(service, beside),
    paused: service.pausedMs === null ? null : service.pausedMs / 1000,
    drained: service.drained,
    limits: { concurrent_requests: permits.limit, queue_size: permits.maxQueue },
    admission: admissionSnapshot(service, overload),
    metrics: trafficSnapshot([traffic, ...beside], {
      queue_size: permits.queued,
      available_slots: permits.available,
      held_permits: permits.abandoned,
      circuit_open: inForce.length > 0 && inForce.every(({ breaker }) => breaker.state === 'open'),
      consecutive_failures: Math.max(
        0,
        ...inForce.map(({ breaker }) => breaker.consecutive_failures),
      ),
    }),
    upstreams: targets,
    config: configInForce(settings),
  };
}

/** What an operator has done to it comes first: the rest follows from it. `beside` as above. */
export function serviceHealth(
  service: Service,
  beside: readonly Traffic[] = [],
  recentShortages: Shortages = noShortages,
): Pick<ServiceSnapshot, 'status' | 'reasons'> {
  const { status, reasons } = judgedHealth(service, [service.traffic, ...beside], recentShortages);
  const done = doneTo(service);
  if (service.drained) return { status: 'unhealthy', reasons: [...done, ...reasons] };
  const least = done.length > 0 && status === 'healthy' ? 'degraded' : status;
  return { status: least, reasons: [...done, ...reasons] };
}

function doneTo({ name, drained, permits }: Service): string[] {
  return [
    ...(drained
      ? [`drained: new requests are refused until ${commandNames.proxy} undrain --service ${name}`]
      : []),
    ...(permits.paused
      ? [
          `paused: requests wait until ${commandNames.proxy} resume --service ${name}, ${permits.queued} so far`,
        ]
      : []),
  ];
}

function judgedHealth(
  { upstreams, permits }: Service,
  counted: readonly Traffic[],
  recentShortages: Shortages,
): Pick<ServiceSnapshot, 'status' | 'reasons'> {
  const sum = (of: (one: Traffic) => number) => counted.reduce((total, one) => total + of(one), 0);
  return judgeHealth({
    upstreams: upstreams.all.map((upstream) => {
      const { origin, breaker, isUp, drained } = upstream;
      // First: asking may open it.
      const retryInMs = breaker.retryInMs();
      const ejected = upstream.ejected;
      return { url: origin, breaker: breaker.state.name, retryInMs, isUp, drained, ejected };
    }),
    queued: permits.queued,
    maxQueue: permits.maxQueue,
    recentRequests: sum(({ requests }) => requests.sum(60_000)),
    recentFailures: sum(({ failures }) => failures.sum(60_000)),
    recentShortages,
  });
}
