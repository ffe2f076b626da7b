import type { ConfigProperty, ConfigValue, OptionProblem } from '@spillway/options';
import { problem } from '@spillway/options';

/**
 * Reads the parts of the file that are no options, and collects what is wrong with them: every fault of a file is told
 * in one go, each with its line.
 */
export class SectionReader {
  readonly file: string;
  readonly problems: OptionProblem[] = [];

  constructor(file: string) {
    this.file = file;
  }

  where({ line }: Pick<ConfigValue, 'line'>): string {
    return `${this.file}:${line}`;
  }

  refuse(at: Pick<ConfigValue, 'line'>, message: string): null {
    this.problems.push(problem('invalid_value', `file ${this.where(at)}`, message));
    return null;
  }

  /** The properties of an object; none, and a problem, where something else stands. */
  object(value: ConfigValue, name: string): readonly ConfigProperty[] {
    if (value.properties === null) this.refuse(value, `${name} must be an object, { … }`);
    return value.properties ?? [];
  }

  /** The items of an array; one item may stand for itself. */
  array(value: ConfigValue): readonly ConfigValue[] {
    return value.items ?? [value];
  }

  /** What `read` makes of a text; null, and a problem, where it makes nothing of it. */
  text<Value>(
    value: ConfigValue,
    name: string,
    allowed: string,
    read: (text: string) => Value | null,
  ): Value | null {
    const made = typeof value.value === 'string' ? read(value.value) : null;
    return made ?? this.refuse(value, `${name} must be ${allowed}, not ${value.literal}`);
  }

  /** A whole number within bounds. */
  integer(value: ConfigValue, name: string, min: number, max: number): number | null {
    if (typeof value.value === 'number' && !Number.isInteger(value.value)) {
      return this.refuse(value, `${name} must be a whole number, not ${value.literal}`);
    }
    return this.number(value, name, min, max);
  }

  /** A number within bounds. */
  number(value: ConfigValue, name: string, min: number, max: number): number | null {
    const held = value.value;
    if (typeof held === 'number' && held >= min && held <= max) return held;
    return this.refuse(
      value,
      `${name} must be a number from ${min} to ${max}, not ${value.literal}`,
    );
  }
}
