import { type GivenValues, nearestName, type OptionProblem, problem } from '@spillway/options';
import { simulateOptions } from './simulate-options.ts';

/** One setting of several that are compared. */
export interface Variant {
  readonly label: string;
  readonly given: GivenValues;
}

/** `as given` and each of --compare, and each value of --sweep; none of both: just what is given. */
export function variantsOf(
  given: GivenValues,
  { compare = [], sweep = [] }: { compare?: readonly string[]; sweep?: readonly string[] },
): { variants: Variant[]; problems: OptionProblem[] } {
  const problems: OptionProblem[] = [];
  const base: Variant = { label: 'as given', given };
  const variants: Variant[] = sweep.length > 0 ? [] : [base];
  for (const text of compare) {
    const overrides = text.trim().split(/\s+/);
    const changed = overrides.reduce(
      (sum, one) => override(sum, one, '--compare', problems),
      given,
    );
    variants.push({ label: overrides.join(' '), given: changed });
  }
  for (const text of sweep) {
    const [name = '', values = ''] = splitOnce(text);
    for (const value of values.split(',')) {
      const one = `${name}=${value}`;
      variants.push({ label: one, given: override(given, one, '--sweep', problems) });
    }
  }
  return { variants, problems };
}

const keysByName = new Map(
  Object.entries(simulateOptions.options).map(([key, { flag }]) => [flag.slice(2), key]),
);

/** The same with one option given otherwise, as a flag would. */
function override(
  given: GivenValues,
  text: string,
  flag: string,
  problems: OptionProblem[],
): GivenValues {
  const source = `flag ${flag}`;
  const [name = '', value] = splitOnce(text);
  const bare = name.replace(/^--/, '');
  if (value === undefined || value === '') {
    const message = `${JSON.stringify(text)} is not NAME=VALUE, such as max-queue-size=20`;
    problems.push(problem('invalid_value', source, message));
    return given;
  }
  const key = keysByName.get(bare) as keyof typeof simulateOptions.options | undefined;
  if (key === undefined) {
    const message = `there is no option ${JSON.stringify(bare)}`;
    const nearest = nearestName(bare, [...keysByName.keys()]);
    problems.push({ ...problem('unknown_flag', source, message), nearest });
    return given;
  }
  const values = new Map(given.values);
  const raw = simulateOptions.options[key].kind.fromText(value);
  values.set(key, { raw, source: { from: 'flag', where: `${flag} ${bare}`, literal: value } });
  return { ...given, values };
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at === -1 ? [text.trim()] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
