/** Uniform in [0, 1); the same seed gives the same sequence (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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
