import { nearestName } from '@spillway/options';
import { type Operator, operators, type Threshold } from './threshold.ts';
import { type Quantity, thresholdMetric, thresholdMetrics, units } from './threshold-metrics.ts';

/** What is wrong, where (from 1), what is allowed there, and what was probably meant. */
export type ParsedThresholds =
  | { readonly ok: true; readonly thresholds: readonly Threshold[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the text of --fail-if, such as `p95>500ms,errors>1%`:
 *
 *     list      = condition *( "," condition )
 *     condition = metric operator number [ unit ]
 *
 * Spaces are allowed between them.
 */
export function parseThresholds(text: string): ParsedThresholds {
  const scanner = new Scanner(text);
  const thresholds: Threshold[] = [];
  try {
    do {
      thresholds.push(readCondition(scanner));
    } while (scanner.takeComma());
    return { ok: true, thresholds };
  } catch (error) {
    if (error instanceof Mistake) return { ok: false, problem: error.message };
    throw error;
  }
}

class Mistake extends Error {}

function readCondition(scanner: Scanner): Threshold {
  const start = scanner.skipSpaces();
  const name = scanner.take(/[A-Za-z_][\w.]*/y);
  if (name === null) scanner.fail(start, 'a metric is missing', metricsAllowed);
  const metric = thresholdMetric(name);
  if (metric === null)
    scanner.fail(start, `no metric "${name}"`, metricsAllowed, nearestMetric(name));
  const operatorAt = scanner.skipSpaces();
  const operator = scanner.take(/>=|<=|>|</y) as Operator | null;
  if (operator === null) {
    scanner.fail(operatorAt, `after ${name} a comparison is missing`, operators.join(', '));
  }
  const numberAt = scanner.skipSpaces();
  const number = scanner.take(/\d+(\.\d+)?|\.\d+/y);
  if (number === null)
    scanner.fail(numberAt, `after ${operator} a number is missing`, '500 or 0.5');
  const unitAt = scanner.skipSpaces();
  const unit = scanner.take(/[^\s,<>=]+/y) ?? '';
  const factor = factorOf(metric.quantity, unit, Number(number));
  if (factor === null) {
    const what = unit === '' ? 'the unit is missing' : `"${unit}" is no unit of ${name}`;
    scanner.fail(unitAt, what, describeUnits(metric.quantity));
  }
  const expression = `${name}${operator}${number}${unit}`;
  // Rounded: 500 x 0.001 is not always 0.5.
  const limit = Number((Number(number) * factor).toPrecision(12));
  return { expression, metric, quantity: metric.quantity, operator, limit };
}

/** Zero is zero in every unit. */
function factorOf(quantity: Quantity, unit: string, number: number): number | null {
  if (unit === '' && number === 0) return 1;
  return Object.hasOwn(units[quantity], unit) ? (units[quantity][unit] as number) : null;
}

function describeUnits(quantity: Quantity): string {
  return Object.keys(units[quantity])
    .map((unit) => (unit === '' ? 'none' : unit))
    .join(', ');
}

const metricsAllowed = `${Object.keys(thresholdMetrics).join(', ')}, or any percentile such as p97.5`;

function nearestMetric(name: string): string | null {
  return nearestName(name, Object.keys(thresholdMetrics));
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where it then stands. */
  skipSpaces(): number {
    this.take(/\s+/y);
    return this.#at;
  }

  take(sticky: RegExp): string | null {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  /** False at the end; anything but a comma is a mistake. */
  takeComma(): boolean {
    const at = this.skipSpaces();
    if (at === this.#text.length) return false;
    if (this.take(/,/y) === null) {
      this.fail(at, `"${this.#text.slice(at)}" is left over`, 'a comma and another condition');
    }
    return true;
  }

  fail(at: number, what: string, allowed: string, nearest: string | null = null): never {
    const meant = nearest === null ? '' : ` Did you mean ${nearest}?`;
    throw new Mistake(
      `${what} at position ${at + 1} of "${this.#text}".${meant} Allowed there: ${allowed}.`,
    );
  }
}
