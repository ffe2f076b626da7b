import type { Balanced } from './balanced.ts';

/**
 * How many requests the targets take together: the most permits that a service may give. Infinity where one
 * that is available has no limit. What is still under way at an unavailable target holds permits too, and
 * must not take them from the others. So it changes when a target becomes available or unavailable, when its
 * limit changes, and when a request ends at one that is unavailable; in between, whoever has a permit finds a
 * place, as each place that is freed frees a permit. An ejection and an open breaker end by the clock alone: look
 * again from time to time while requests wait.
 */
export function targetPlaces(targets: readonly Balanced[]): number {
  let places = 0;
  for (const target of targets) places += target.available() ? target.limit : target.inFlight;
  return places;
}

/** Why `pick` gave no target: a place will be freed, or none of them may be used. */
export const whyNoTarget = (targets: readonly Balanced[]): 'all_at_limit' | 'all_unavailable' =>
  targets.some((target) => target.available()) ? 'all_at_limit' : 'all_unavailable';
