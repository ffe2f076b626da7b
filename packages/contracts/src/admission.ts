import { z } from 'zod';
import { refusedBy } from './outcomes.ts';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const share = z.number().min(0).max(1);

/** Why the limit moved: concurrency-limit.ts of core tells what each means. */
export const limitReasonSchema = z.enum([
  'search',
  'growth',
  'drops',
  'probe',
  'congestion',
  'probe_over',
  'latency',
  'stated',
]);

/** Why somebody got no permit, at arrival or after waiting; flushed: the breaker opened meanwhile. */
export const refusalReasonSchema = z.enum([
  ...refusedBy('queue'),
  ...refusedBy('key_limit'),
  'flushed',
]);

export const strainedResourceSchema = z.enum(['event_loop', 'memory', 'connections']);

/** Who gets a permit, who waits, and who is turned away: the limit, the line and what protects them. */
export const admissionSchema = z.object({
  limit: z.object({
    /** Permits at once, in force now. */
    now: count,
    configured: z.union([count, z.literal('auto')]),
    /** How it is found; `fixed`: it stays where it was set. */
    algorithm: z.enum(['fixed', 'paced', 'slots', 'aimd', 'gradient']),
    /** Null: it has not moved yet. */
    last_change: z
      .object({ from: count, to: count, reason: limitReasonSchema, seconds_ago: seconds })
      .nullable(),
    /** What the upstream says that it takes (--capacity-header, --capacity-path); null: it does not. */
    stated_capacity: count.nullable(),
    /** What the targets in use take together by limits of their own; null: one of them has none. */
    targets: count.nullable().optional(),
  }),
  order: z.object({
    configured: z.enum(['adaptive', 'fifo', 'lifo']),
    in_force: z.enum(['fifo', 'lifo']),
  }),
  /** Seconds that a request without class and key would wait if it came now; 0 when it would not, or nothing is known. */
  estimated_wait: seconds,
  /** Permits held for requests that were given up while the upstream may still work on them. */
  abandoned: count,
  /** Since the start, those of retries included. */
  refusals: z.record(refusalReasonSchema, count),
  /** In the order of the configuration, after `default`, which all others belong to. */
  classes: z
    .array(
      z.object({
        name: z.string(),
        /** Permits that no other class may take. */
        reserved: count,
        in_flight: count,
        queued: count,
      }),
    )
    .min(1),
  /** Keys known (--fairness-key). */
  keys: count,
  /** The proxy itself is at its end, and sheds this share of the new requests; null: all is well. */
  shedding: z.object({ resource: strainedResourceSchema, share }).nullable(),
  /** Share of the new requests let in: below 1 for a while after a breaker has closed. */
  ramp: share,
  retry_budget: z.object({
    /** Retries that it has left; null: not bounded over time. */
    tokens: z.number().nonnegative().nullable(),
    /** Under way. */
    retrying: count,
    /** Since the start. */
    refused: count,
  }),
});

export type LimitReason = z.infer<typeof limitReasonSchema>;
export type RefusalReason = z.infer<typeof refusalReasonSchema>;
export type StrainedResource = z.infer<typeof strainedResourceSchema>;
export type AdmissionSnapshot = z.infer<typeof admissionSchema>;
