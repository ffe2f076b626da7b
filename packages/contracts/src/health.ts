import { z } from 'zod';
import { findingSchema } from './finding.ts';
import { healthStatusSchema } from './metrics.ts';

/** `GET /proxy-health`: 200 while healthy or degraded, 503 when unhealthy or draining. */
export const healthSchema = z.object({
  status: z.union([healthStatusSchema, z.literal('draining')]),
  reasons: z.array(z.string()),
  /** What is wrong and what to change. */
  findings: z.array(findingSchema),
  /** Where it forwards; `demo` when that is the built-in demo backend. */
  targets: z.array(z.string()),
  demo: z.boolean(),
  version: z.string(),
  /** Its name in Via, by which a request that comes back is known; absent from older proxies. */
  instance: z.string().optional(),
  uptime: z.number(),
});

/** The same for whoever comes without the token that `--admin-token` asks for. */
export const briefHealthSchema = z.object({
  status: healthSchema.shape.status,
  /** How many `reasons` there are. */
  reason_count: z.int().nonnegative(),
});

export type BriefHealth = z.infer<typeof briefHealthSchema>;
export type Health = z.infer<typeof healthSchema>;
