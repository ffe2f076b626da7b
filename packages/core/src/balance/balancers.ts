import type { Random } from '../time/time-source.ts';
import type { Balanced, Balancer } from './balanced.ts';
import { LeastInFlight } from './least-in-flight.ts';
import { RendezvousHash, type RendezvousHashOptions } from './rendezvous-hash.ts';
import { RoundRobin } from './round-robin.ts';

export type BalancerOptions = RendezvousHashOptions;

type Make = <Target extends Balanced>(
  targets: readonly Target[],
  options: BalancerOptions,
  random: Random,
) => Balancer<Target>;

/**
 * All ways to choose a target. Adding one is a file, its test, and a line here. The targets of a balancer
 * are fixed: where they change, it is made anew.
 */
export const balancers = {
  least_in_flight: (targets, options, random) => new LeastInFlight(targets, options, random),
  round_robin: (targets, options) => new RoundRobin(targets, options),
  hash: (targets, options, random) => new RendezvousHash(targets, options, random),
} as const satisfies Record<string, Make>;

export type BalancerName = keyof typeof balancers;
