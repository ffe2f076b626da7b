import type { Scenario, SimulationResult } from '@spillway/simulation';
import { formatMs, formatRate, formatShare } from './quantities.ts';
import { sharesOf } from './tally-shares.ts';

/** The result in a sentence or two of plain words. */
export function verdictOf(scenario: Scenario, result: SimulationResult): string {
  const { all, wasted } = result;
  const { refused, left, failed } = sharesOf(all);
  const parts = [
    refused === 0
      ? null
      : `${formatShare(refused)} of the requests are refused${promptness(result)}`,
    left === 0 ? null : `${formatShare(left)} of the clients leave unanswered`,
    failed === 0 ? null : `${formatShare(failed)} of the requests fail at the backend`,
    wasted < 0.01 ? null : `${formatShare(wasted)} of the workers' time goes to clients that left`,
  ];
  const rest = parts.filter((part) => part !== null).join(', ');
  return `${situation(scenario, result)}${rest === '' ? '' : `; ${rest}`}.`;
}

function situation({ backend, phases }: Scenario, result: SimulationResult): string {
  const { offeredPerSecond, capacityPerSecond, possiblePerSecond, goodShare } = result;
  const average = phases.length > 0 ? 'On average over the phases, at' : 'At';
  const at = `${average} ${formatRate(offeredPerSecond)}`;
  const workers = backend.workers === 1 ? 'one worker' : `${backend.workers} workers`;
  if (capacityPerSecond === 0) return `${at} the backend's ${workers} can answer nothing well`;
  const factor = offeredPerSecond / capacityPerSecond;
  const share = formatShare(Math.min(1, goodShare));
  if (factor <= 1.005) {
    const load = `have work for ${formatShare(Math.min(1, factor))} of their time`;
    return `${at} the backend's ${workers} ${load}: ${share} of what can be answered is answered in time`;
  }
  const load = `are ${factor.toFixed(factor < 1.095 ? 2 : 1)} times overloaded`;
  return `${at} the backend's ${workers} ${load}: ${share} of what they can do (${formatRate(possiblePerSecond)}) is answered in time`;
}

function promptness({ all }: SimulationResult): string {
  const { p50, p99 } = all.refusalMs;
  if (p50 === null || p99 === null) return '';
  return p99 === 0
    ? ', at once'
    : `, half of them ${p50 === 0 ? 'at once' : `within ${formatMs(p50)}`}`;
}
