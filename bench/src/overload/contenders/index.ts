import { caddy } from './caddy.ts';
import type { Contender } from './contender.ts';
import { patient, retrying, tuned } from './haproxy.ts';
import { fastProxy, naive } from './listeners.ts';
import { nginx } from './nginx.ts';
import { auto, byHand } from './spillway.ts';

/** Every contender, in the order of measuring; a new one is a line here. */
export const contenders: readonly Contender[] = [
  byHand,
  auto,
  tuned,
  patient,
  retrying,
  nginx,
  caddy,
  fastProxy,
  naive,
];
