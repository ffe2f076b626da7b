import { bimodal } from './bimodal.ts';
import { exponential } from './exponential.ts';
import { fixed } from './fixed.ts';
import type { Latency, LatencyKind } from './latency.ts';
import { lognormal } from './lognormal.ts';

/** Every distribution; a new one is a file and a line here. */
export const latencies: readonly LatencyKind[] = [fixed, exponential, lognormal, bimodal];

/** The distribution of `200ms` (fixed), `exponential:50ms`, `lognormal:50ms:0.5` or `bimodal:50ms:10s:0.1`. */
export function parseLatency(text: string): Latency {
  const [name = '', ...args] = text.split(':');
  const kind = latencies.find((each) => each.name === name);
  if (kind) {
    if (args.length > kind.syntax.split(':').length - 1)
      throw new Error(`more than ${kind.syntax}`);
    return kind.create(args);
  }
  if (/^\d/.test(name) && args.length === 0) return fixed.create([name]);
  const known = latencies.map((each) => each.syntax).join(', ');
  throw new Error(`"${text}" is not a time such as 200ms nor one of ${known}`);
}

export type { Latency, LatencyKind };
