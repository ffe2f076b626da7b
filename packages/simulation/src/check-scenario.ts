import type { Scenario } from './scenario.ts';

/** Throws RangeError: what cannot be simulated is a mistake of the caller. */
export function checkScenario(scenario: Scenario): void {
  const { durationMs, warmUpMs, groups, phases, backend } = scenario;
  check(warmUpMs >= 0 && warmUpMs < durationMs, 'the warm-up must be shorter than the duration');
  check(durationMs < Infinity, 'the duration must be finite');
  check(groups.length > 0, 'there must be a group of clients');
  const names = new Set(groups.map(({ name }) => name));
  check(names.size === groups.length, 'each group of clients needs a name of its own');
  for (const { name, ratePerSecond, patienceMs, resends } of groups) {
    check(ratePerSecond >= 0 && ratePerSecond < Infinity, `the rate of ${name} must be finite`);
    check(patienceMs > 0, `the patience of ${name} must be above 0`);
    check(Number.isInteger(resends) && resends >= 0, `the resends of ${name} must be whole`);
  }
  for (const { fromMs, toMs, load, service } of phases) {
    check(fromMs >= 0 && fromMs < toMs, 'a phase must end after it begins');
    check(load >= 0 && service > 0, 'a phase multiplies load by 0 or more, service by above 0');
  }
  check(Number.isInteger(backend.workers) && backend.workers > 0, 'there must be a worker');
  check(backend.service.meanMs > 0, 'service must take time');
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new RangeError(message);
}
