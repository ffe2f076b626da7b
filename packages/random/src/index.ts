/** Uniform in [0, 1). */
export type Random = () => number;

/** Mulberry32: small, even enough for tests and loads, and the same for ever from the same seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Exponential with mean 1: the gaps between events that know nothing of each other. */
export const drawExponential = (random: Random): number => -Math.log(1 - random());

/** Normal with mean 0 and standard deviation 1 (Box-Muller); takes two numbers. */
export const drawNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
