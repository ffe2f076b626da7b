import { AimdLimit } from './aimd-limit.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { GradientLimit } from './gradient-limit.ts';
import type { LimitOptions } from './limit-options.ts';
import { PacedLimit } from './paced-limit.ts';
import { SlotLimit } from './slot-limit.ts';

/** All ways to find the limit. Adding one is a file, its test, and a line here. */
export const concurrencyLimits = {
  paced: (options: LimitOptions) => new PacedLimit(options),
  slots: (options: LimitOptions) => new SlotLimit(options),
  aimd: (options: LimitOptions) => new AimdLimit(options),
  gradient: (options: LimitOptions) => new GradientLimit(options),
} as const satisfies Record<string, (options: LimitOptions) => ConcurrencyLimit>;

export type ConcurrencyLimitName = keyof typeof concurrencyLimits;
