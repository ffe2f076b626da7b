/**
 * Holm's correction: with so many tests at once, one in twenty would find something by chance. Returns the
 * adjusted probabilities in the order given.
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities
    .map((_, at) => at)
    .sort((a, b) => probabilities[a]! - probabilities[b]!);
  const adjusted = new Array<number>(probabilities.length);
  let least = 0;
  order.forEach((at, rank) => {
    least = Math.max(least, Math.min(1, probabilities[at]! * (probabilities.length - rank)));
    adjusted[at] = least;
  });
  return adjusted;
}
