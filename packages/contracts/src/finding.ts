import { z } from 'zod';

export const evidenceUnits = ['requests', 'percent', 'seconds', 'per_second', 'count'] as const;

/** One number that a finding rests on. */
export const evidenceSchema = z.object({
  /** What was measured, as "p95 to the first byte". */
  what: z.string(),
  value: z.number(),
  unit: z.enum(evidenceUnits),
});

/** A flag of this proxy and the value it should get. */
export const changeSchema = z.object({
  flag: z.string().startsWith('--'),
  /** In force now, as it would be typed; null when not set. */
  from: z.string().nullable(),
  to: z.string(),
});

export const findingSeveritySchema = z.enum(['critical', 'warning', 'hint']);

/** What is wrong, how that is known, why, and what to change. */
export const findingSchema = z.object({
  /** Stable name of the rule that found it. */
  rule: z.string(),
  severity: findingSeveritySchema,
  /** Whose it is, where there are several services; absent when it is about the process itself. */
  service: z.string().optional(),
  /** The upstream concerned; null when it is the whole service, or proxy. */
  upstream: z.string().nullable(),
  symptom: z.string(),
  evidence: z.array(evidenceSchema),
  cause: z.string(),
  /** What to do, in words. */
  remedy: z.string(),
  /** The same in flags; empty when no flag helps. */
  changes: z.array(changeSchema),
  /** For how long it has held, in seconds. */
  for_seconds: z.number().nonnegative(),
});

export type Evidence = z.infer<typeof evidenceSchema>;
export type Change = z.infer<typeof changeSchema>;
export type FindingSeverity = z.infer<typeof findingSeveritySchema>;
export type Finding = z.infer<typeof findingSchema>;
