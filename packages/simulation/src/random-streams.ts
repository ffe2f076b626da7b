import { type Random, seededRandom } from '@spillway/random';

/**
 * A sequence of its own for each purpose. What one part of the world draws moves no other part: two
 * settings under one seed meet the same arrivals with the same work, and their difference is theirs.
 */
export const randomStream = (seed: number, purpose: string): Random => {
  let hash = seed | 0;
  for (const letter of purpose)
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) ^ (hash >>> 13);
  return seededRandom(hash);
};
