import { z } from 'zod';
import { parseDuration } from './duration.ts';
import type { Fault } from './faults/fault.ts';
import { faults } from './faults/index.ts';
import { parseLatency } from './latency/index.ts';

/** A text that `parse` accepts; its message becomes the field's. */
function parsed<T>(parse: (text: string) => T) {
  return z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}

const latency = parsed(parseLatency);
const count = z.int().nonnegative();
const limit = z.union([count, z.null()]);
const statusOrShare = z.union([z.int(), z.string()]).transform(String).pipe(parsed(parseStatus));

/** The fields that one request may override in its query. */
const requestShape = {
  latency: latency.default('0ms').describe('time at a worker, such as 200ms or lognormal:50ms'),
  errorLatency: z
    .union([z.literal(''), latency])
    .default('')
    .describe('the same for answers with an error status; empty: as latency'),
  fault: parsed(parseFaults).default('').describe('NAME, NAME@SHARE, or several with commas'),
  status: statusOrShare.default('200').describe('status of the answer, such as 503 or 503@0.3'),
  retryAfter: z.string().default('').describe('Retry-After on error statuses, as is'),
  size: count.default(16_384).describe('bytes in the body of answers that a fault makes'),
  bytesPerSecond: z.number().positive().default(4096).describe('speed of slow bodies'),
  interval: parsed(parseDuration).default('1s').describe('time between events of /events'),
};

/** How the backend behaves. Fields are plain texts and numbers: the same in code, JSON, query and flags. */
export const scriptSchema = z.strictObject({
  ...requestShape,
  seed: z.int().default(1).describe('same seed, same outcomes'),
  workers: limit.default(null).describe('requests worked on at once; null: no limit'),
  queue: limit.default(null).describe('requests waiting for a worker; beyond, 503; null: no limit'),
  abandon: z
    .enum(['stop', 'continue'])
    .default('stop')
    .describe('work for a client that left: stop, or continue as function servers do'),
  slowFunction: latency.default('3s').describe('time of /api/slow-function'),
});

export type Script = z.output<typeof scriptSchema>;
export type ScriptInput = z.input<typeof scriptSchema>;

export const requestFields = Object.keys(requestShape) as (keyof typeof requestShape)[];
export const scriptFields = Object.keys(scriptSchema.shape) as (keyof Script)[];

/** A fault or status with the share of requests that get it. */
export interface Share<T> {
  what: T;
  share: number;
}

function parseShare(text: string): Share<string> {
  const [what = '', shareText = '1'] = text.trim().split('@');
  const share = Number(shareText);
  if (shareText === '' || !(share >= 0 && share <= 1)) {
    throw new Error(`share "${shareText}" of "${what}" is not between 0 and 1`);
  }
  return { what, share };
}

/** `reset@0.1,hang@0.05`: the shares may sum to 1 at most. */
export function parseFaults(text: string): Share<Fault>[] {
  const parts = text === '' || text === 'none' ? [] : text.split(',').map(parseShare);
  const found = parts.map(({ what, share }) => {
    const fault = faults.find(({ name }) => name === what);
    if (fault) return { what: fault, share };
    throw new Error(`no fault "${what}"; there are ${faults.map(({ name }) => name).join(', ')}`);
  });
  const sum = found.reduce((total, { share }) => total + share, 0);
  if (sum > 1 + 1e-9) throw new Error(`the shares sum to ${sum}, more than 1`);
  return found;
}

export function parseStatus(text: string): Share<number> {
  const { what, share } = parseShare(text);
  const status = Number(what);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new Error(`"${what}" is not a status between 200 and 599`);
  }
  return { what: status, share };
}
