import type { Finding } from '@spillway/contracts';
import type { Flags } from '../kit/config-from-flags.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { Crowd, type CrowdOptions } from './crowd.ts';
import { Watcher } from './watcher.ts';

export interface Scenario {
  readonly flags: Flags;
  readonly crowd: CrowdOptions;
  /** A few come first, by which the upstream is known when it is fast. */
  readonly calmFirst?: boolean;
}

/** Plays it until the rule finds something, and tells with it all the rules that did on the way. */
export async function find(
  scenario: Scenario,
  rule: string,
): Promise<{ finding: Finding; rules: string[] }> {
  const { watcher, crowd } = await play(scenario);
  const finding = await watcher.found(rule);
  await crowd.stop();
  return { finding, rules: watcher.rules };
}

/** The same with the changes that the finding asks for. */
export function mended(scenario: Scenario, { changes }: Finding): Scenario {
  const flags = Object.fromEntries(changes.map(({ flag, to }) => [flag, to]));
  return { ...scenario, flags: { ...scenario.flags, ...flags } };
}

/** The rules that find anything when it is played again, mended. */
export async function rulesAfter(
  scenario: Scenario,
  finding: Finding,
  requests = 200,
): Promise<string[]> {
  const { watcher, crowd } = await play(mended(scenario, finding));
  const rules = await watcher.seen(requests);
  await crowd.stop();
  return rules;
}

async function play({ flags, crowd, calmFirst = false }: Scenario) {
  const proxy = await startGateway(flags);
  const watcher = new Watcher(proxy);
  if (calmFirst) {
    const few = Crowd.start(proxy.port, { clients: 2 });
    await watcher.seen(55);
    await few.stop();
  }
  return { watcher, crowd: Crowd.start(proxy.port, crowd) };
}

/** Every failure reaches the counters as it is. */
export const plain = { '--circuit-breaker-threshold': 0, '--max-retries': 0 };
