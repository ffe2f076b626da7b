import type { Rule } from '../rule.ts';
import { abandonedWork } from './abandoned-work.ts';
import { autoAtCeiling } from './auto-at-ceiling.ts';
import { autoAtFloor } from './auto-at-floor.ts';
import { breakerFlapping } from './breaker-flapping.ts';
import { breakerOpen } from './breaker-open.ts';
import { certificateExpires } from './certificate-expires.ts';
import { clientsLeave } from './clients-leave.ts';
import { connectTimeouts } from './connect-timeouts.ts';
import { connectionsHigh } from './connections-high.ts';
import { keyAtCap } from './key-at-cap.ts';
import { limitTooLow } from './limit-too-low.ts';
import { memoryHigh } from './memory-high.ts';
import { pausedLong } from './paused-long.ts';
import { poolTooSmall } from './pool-too-small.ts';
import { proxyBusy } from './proxy-busy.ts';
import { proxyExhausted } from './proxy-exhausted.ts';
import { queueTimeoutLong } from './queue-timeout-long.ts';
import { queueTooSmall } from './queue-too-small.ts';
import { readTimeoutShort } from './read-timeout-short.ts';
import { requestTimeoutShort } from './request-timeout-short.ts';
import { retriesCost } from './retries-cost.ts';
import { targetDown } from './target-down.ts';
import { targetEjected } from './target-ejected.ts';
import { tooMuchAsked } from './too-much-asked.ts';
import { upstreamDown } from './upstream-down.ts';
import { upstreamErrors } from './upstream-errors.ts';
import { upstreamFull } from './upstream-full.ts';
import { upstreamHangs } from './upstream-hangs.ts';
import { upstreamOverloaded } from './upstream-overloaded.ts';
import { upstreamSlow } from './upstream-slow.ts';

/** All rules. Adding one is a file, its test, a line here and one in docs/diagnosis.md. */
export const rules: readonly Rule[] = [
  pausedLong,
  breakerOpen,
  breakerFlapping,
  targetDown,
  targetEjected,
  upstreamDown,
  connectTimeouts,
  upstreamErrors,
  upstreamOverloaded,
  upstreamFull,
  upstreamHangs,
  upstreamSlow,
  readTimeoutShort,
  requestTimeoutShort,
  autoAtFloor,
  autoAtCeiling,
  limitTooLow,
  tooMuchAsked,
  queueTooSmall,
  queueTimeoutLong,
  clientsLeave,
  abandonedWork,
  keyAtCap,
  poolTooSmall,
  retriesCost,
  proxyBusy,
  proxyExhausted,
  memoryHigh,
  connectionsHigh,
  certificateExpires,
];
