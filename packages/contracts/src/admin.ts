import { z } from 'zod';
import { breakerStateSchema } from './metrics.ts';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** One service, as an operator sees it. */
export const serviceStatusSchema = z.object({
  service: z.string(),
  /** Drained and paused it is `drained`: new requests are refused, and those in the queue still wait. */
  state: z.enum(['serving', 'paused', 'drained']),
  /** Seconds; null: it is not. */
  paused: seconds.nullable(),
  limit: count,
  /** Requests that are neither over nor in the queue. */
  active: count,
  queued: count,
  queue_size: count,
  targets: z.array(
    z.object({
      url: z.string(),
      drained: z.boolean(),
      breaker: breakerStateSchema,
      active: count,
    }),
  ),
});

export const configurationInForceSchema = z.object({
  /** How many configurations have been in force since the start. */
  generation: count,
  loaded_at: z.string(),
  /** The same in proxies that have the same configuration. */
  digest: z.string(),
});

/** `GET /proxy-admin/status`. */
export const adminStatusSchema = z.object({
  draining: z.boolean(),
  configuration: configurationInForceSchema.nullable(),
  services: z.array(serviceStatusSchema),
});

/** `POST /proxy-admin/pause`, `resume`, `drain` and `undrain`, done. */
export const controlDoneSchema = serviceStatusSchema.extend({
  /** False: it was so already. */
  changed: z.boolean(),
  /** The target that was drained or put back; null: the service was meant. */
  target: z.string().nullable(),
});

/** `POST /proxy-admin/reload`, done. */
export const reloadDoneSchema = configurationInForceSchema.extend({
  changes: z.array(
    z.object({ where: z.string(), what: z.string(), from: z.unknown(), to: z.unknown() }),
  ),
  /** Flags of which the new value waits for a restart. */
  restart: z.array(z.string()),
});

/** `POST /proxy-admin/reload` with 422: everything that is wrong; the old configuration stays in force. */
export const reloadRefusedSchema = z.object({
  error: z.string(),
  problems: z.array(z.object({ code: z.string(), source: z.string(), message: z.string() })),
});

export type ServiceStatus = z.infer<typeof serviceStatusSchema>;
export type AdminStatus = z.infer<typeof adminStatusSchema>;
export type ControlDone = z.infer<typeof controlDoneSchema>;
export type ReloadDone = z.infer<typeof reloadDoneSchema>;
export type ReloadRefused = z.infer<typeof reloadRefusedSchema>;
