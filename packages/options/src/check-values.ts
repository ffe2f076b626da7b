import type { GivenValue } from './given-values.ts';
import { fileKey } from './option-names.ts';
import { type OptionProblem, problem } from './option-problem.ts';
import type { OptionEntry, OptionTable } from './option-table.ts';
import { describeSource, type ValueSource } from './value-source.ts';

export interface CheckedValues {
  readonly values: ReadonlyMap<string, { readonly value: unknown; readonly source: ValueSource }>;
  readonly problems: readonly OptionProblem[];
}

/** Every given value against its kind, also those that a stronger layer overrides. */
export function checkValues(
  table: OptionTable,
  given: ReadonlyMap<string, GivenValue>,
): CheckedValues {
  const values = new Map<string, { value: unknown; source: ValueSource }>();
  const problems: OptionProblem[] = [];
  for (const [key, { raw, source }] of given) {
    const entry = table.options[key];
    if (!entry) continue;
    const parsed = entry.kind.schema.safeParse(raw);
    if (parsed.success) values.set(key, { value: parsed.data, source });
    else problems.push(refusal(entry, raw, source));
  }
  return { values, problems };
}

function refusal(entry: OptionEntry<unknown>, raw: unknown, source: ValueSource): OptionProblem {
  // A line of a file does not say which option it is; a flag and a variable do.
  const subject = source.from === 'file' ? `${fileKey(entry.flag)} ` : '';
  const remark = entry.kind.explain?.(raw) ?? null;
  const { allowed: bounds, example } = entry.kind;
  const allowed = example === undefined ? bounds : `${bounds} (such as ${example})`;
  if (entry.kind.secret) {
    return problem('invalid_value', describeSource(source), `${subject}must be ${allowed}`);
  }
  const shown = source.from === 'file' ? source.literal : JSON.stringify(source.literal);
  const message = `${subject}must be ${allowed}, not ${maskCredentials(String(shown))}`;
  return problem(
    'invalid_value',
    describeSource(source),
    remark === null ? message : `${message}: ${remark}`,
  );
}

/** Refused values end up in logs; the user and password of a URL must not. */
function maskCredentials(shown: string): string {
  return shown.replace(/\/\/[^/\s"]*@/g, '//***@');
}
