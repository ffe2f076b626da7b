import { seededRandom } from '@spillway/random';

/** The random numbers of one request. */
export interface Draw {
  latency: number;
  fault: number;
  status: number;
}

/**
 * Draws for the n-th request depend on the seed and n alone: each purpose has a sequence of its own and
 * every request takes one number of each, used or not.
 */
export function seededDraws(seed: number): () => Draw {
  const latency = seededRandom(seed);
  const fault = seededRandom(seed ^ 0x5bd1e995);
  const status = seededRandom(seed ^ 0x1b873593);
  return () => ({ latency: latency(), fault: fault(), status: status() });
}
