import { formatPercent, nearestName } from '@spillway/options';
import { type NamedValue, ordinaryClass } from '../class-kinds.ts';
import { type ContradictionRule, contradiction } from './contradiction-rule.ts';

/** Classes that there are, with shares that there can be; and nothing that waits for what is not given. */
export const classContradictions: readonly ContradictionRule[] = [
  ({ priorityClasses }, sources) => {
    const names = priorityClasses.map(({ name }) => name);
    return repeated(names).map((name) =>
      contradiction(
        sources.priorityClasses,
        `--priority-class has ${name} twice; name each class once`,
      ),
    );
  },

  ({ priorityClasses }, sources) => {
    const sum = priorityClasses.reduce((total, { share }) => total + share, 0);
    if (sum <= 1 + 1e-9) return [];
    const message = `the shares of --priority-class make ${formatPercent(sum)}; together they may be 100% at most`;
    return [contradiction(sources.priorityClasses, message)];
  },

  ({ priorityClasses, priorityHeader }, sources) =>
    priorityHeader === null || priorityClasses.length > 0
      ? []
      : [
          contradiction(
            sources.priorityHeader,
            '--priority-header needs --priority-class: there is no class that a client could name',
          ),
        ],

  ({ priorityClasses, priorityPaths, priorityKeys }, sources) => {
    const known = [ordinaryClass, ...priorityClasses.map(({ name }) => name)];
    const unknown = (flag: string, values: readonly NamedValue[]) =>
      values
        .filter(({ name }) => !known.includes(name))
        .map(({ name }) => ({
          ...contradiction(
            flag === '--priority-path' ? sources.priorityPaths : sources.priorityKeys,
            `${flag} names the class ${name}, which no --priority-class makes`,
          ),
          nearest: nearestName(name, known),
        }));
    return [
      ...unknown('--priority-path', priorityPaths),
      ...unknown('--priority-key', priorityKeys),
    ];
  },

  ({ priorityKeys, apiKeyHeader }, sources) =>
    priorityKeys.length === 0 || apiKeyHeader !== null
      ? []
      : [
          contradiction(
            sources.priorityKeys,
            '--priority-key needs --api-key-header, the field in which clients send their key',
          ),
        ],

  // Without the keys: they are secrets.
  ({ priorityKeys }, sources) =>
    repeated(priorityKeys.map(({ value }) => value)).length === 0
      ? []
      : [
          contradiction(
            sources.priorityKeys,
            '--priority-key has one key twice; a key belongs to one class',
          ),
        ],

  ({ maxPerKey, fairnessKey }, sources) =>
    maxPerKey === null || fairnessKey !== null
      ? []
      : [
          contradiction(
            sources.maxPerKey,
            '--max-per-key needs --fairness-key, which says whose requests count together',
          ),
        ],
];

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, n) => values.indexOf(value) !== n))];
}
