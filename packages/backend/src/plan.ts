import type { z } from 'zod';
import { parseDuration } from './duration.ts';
import type { Fault } from './faults/fault.ts';
import { type Latency, parseLatency } from './latency/index.ts';
import {
  parseFaults,
  parseStatus,
  requestFields,
  type Script,
  type ScriptInput,
  type Share,
  scriptFields,
  scriptSchema,
} from './script.ts';
import type { Draw } from './seeded-draws.ts';

/** A script made ready to run, so that a request costs no parsing. */
export interface Plan {
  script: Script;
  latency: Latency;
  /** Of answers with an error status; null: as all. */
  errorLatency: Latency | null;
  slowFunction: Latency;
  faults: Share<Fault>[];
  status: Share<number>;
  intervalMs: number;
}

/** A script that cannot be run. `problems` names each field. */
export class ScriptError extends Error {
  readonly code = 'INVALID_SCRIPT';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys')
    return `${issue.path.join('.') || 'script'}: ${issue.message}`;
  return `${issue.keys.join(', ')}: no such field; there are ${scriptFields.join(', ')}`;
}

/** Validates and prepares; throws ScriptError with every problem at once. */
export function makePlan(input: unknown): Plan {
  const result = scriptSchema.safeParse(input);
  if (!result.success) throw new ScriptError(result.error.issues.map(describeIssue));
  const script = result.data;
  return {
    script,
    latency: parseLatency(script.latency),
    errorLatency: script.errorLatency === '' ? null : parseLatency(script.errorLatency),
    slowFunction: parseLatency(script.slowFunction),
    faults: parseFaults(script.fault),
    status: parseStatus(script.status),
    intervalMs: parseDuration(script.interval),
  };
}

/** The fields of a script given as texts, in a query or as flags; numbers are read as such. */
export function readTexts(texts: Record<string, string>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [field, text] of Object.entries(texts)) {
    const isNumber = field in scriptSchema.shape && !textFields.has(field) && text.trim() !== '';
    input[field] = text === 'null' ? null : isNumber && !Number.isNaN(+text) ? +text : text;
  }
  return input;
}

const textFields = new Set<string>([
  ...([
    'latency',
    'errorLatency',
    'slowFunction',
    'fault',
    'status',
    'retryAfter',
    'interval',
    'abandon',
  ] as const),
] satisfies (keyof ScriptInput)[]);

/** The plan of one request: what its query names overrides the script. Throws ScriptError. */
export function planFor(query: URLSearchParams, plan: Plan): Plan {
  const texts: Record<string, string> = {};
  for (const field of requestFields) {
    const text = query.get(field);
    if (text !== null) texts[field] = text;
  }
  if (Object.keys(texts).length === 0) return plan;
  return makePlan({ ...plan.script, ...readTexts(texts) });
}

function pick(faults: Share<Fault>[], point: number): Fault | undefined {
  let sum = 0;
  for (const { what, share } of faults) {
    sum += share;
    if (point < sum) return what;
  }
  return undefined;
}

/** What becomes of the request with this draw. A fault wins over a status. */
export function outcomeOf(plan: Plan, draw: Draw): { fault: Fault | undefined; status: number } {
  return {
    fault: pick(plan.faults, draw.fault),
    status: draw.status < plan.status.share ? plan.status.what : 200,
  };
}
