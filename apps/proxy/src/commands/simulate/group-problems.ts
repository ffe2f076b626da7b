import { nearestName, type OptionProblem, problem } from '@spillway/options';
import { ordinaryClass } from '../../config/class-kinds.ts';
import type { GivenGroup } from './group-kind.ts';
import type { SimulateConfig } from './simulate-options.ts';

/** What groups say that nothing in the proxy would heed, and names that are there twice. */
export function groupProblems(config: SimulateConfig): OptionProblem[] {
  const { clientGroups: groups, patienceTold, patienceMs } = config;
  const names = groups.map(({ name }) => name);
  const twice = names.filter((name, n) => names.indexOf(name) !== n);
  const endless = patienceTold && patienceMs === null && groups.length === 0;
  return [
    ...twice.map((name) => conflict('--group', `${name} is there twice; give each its own name`)),
    ...groups.flatMap((group) => groupProblem(group, config)),
    ...(endless ? [conflict('--patience-told', 'needs --patience: there is none to tell of')] : []),
  ];
}

function groupProblem(
  { name, class: named, key, told, patience }: GivenGroup,
  { priorityClasses, fairnessKey, patienceMs }: SimulateConfig,
): OptionProblem[] {
  const flag = `--group ${name}`;
  const known = [ordinaryClass, ...priorityClasses.map((one) => one.name)];
  const found: OptionProblem[] = [];
  if (named !== undefined && !known.includes(named)) {
    const message = `no --priority-class makes the class ${named}`;
    found.push({ ...conflict(flag, message), nearest: nearestName(named, known) });
  }
  if (key !== undefined && fairnessKey === null) {
    found.push(conflict(flag, 'key= needs --fairness-key: without it the proxy heeds no keys'));
  }
  if (told && patience === undefined && patienceMs === null) {
    found.push(conflict(flag, 'told needs patience=: there is none to tell of'));
  }
  return found;
}

const conflict = (flag: string, message: string): OptionProblem =>
  problem('conflict', `flag ${flag}`, message);
