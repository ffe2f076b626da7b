/** How often something was tried, and how often it failed. */
export interface Tally {
  calls: number;
  failures: number;
}

/** Below this difference a target is no outlier, however certain it is: ejecting it would cost more. */
const leastGap = 0.1;

/**
 * Five standard errors, as a likelihood. It is asked of each target tens of thousands of times an hour: the usual
 * two would eject healthy ones all day, and four still one in some hours.
 */
const leastSurprise = 5 ** 2 / 2;

/**
 * Whether one fails significantly more often than its peers. Two proportions are compared by the likelihood ratio
 * (G-test): the normal approximation takes two failures in twenty for certain where the peers have none.
 */
export function failsMoreOften(own: Tally, peers: Tally): boolean {
  if (own.calls === 0 || peers.calls === 0) return false;
  const gap = own.failures / own.calls - peers.failures / peers.calls;
  if (gap < leastGap) return false;
  const share = (own.failures + peers.failures) / (own.calls + peers.calls);
  return surprise(own, share) + surprise(peers, share) > leastSurprise;
}

/** How far a tally is from what it would be if that share failed, as a logarithm of likelihoods. */
const surprise = ({ calls, failures }: Tally, share: number): number =>
  surpriseOf(failures, calls * share) + surpriseOf(calls - failures, calls * (1 - share));

const surpriseOf = (seen: number, expected: number): number =>
  seen === 0 ? 0 : seen * Math.log(seen / expected);

/** A run this unlikely is no chance. */
const unlikely = 1e-6;

/** Whether so many failures in a row come by chance where calls fail as often as those of the peers. */
export const isRunOfChance = (failures: number, peers: Tally): boolean =>
  peers.calls > 0 && (peers.failures / peers.calls) ** failures > unlikely;
