import { z } from 'zod';
import { outcomeNames } from './outcomes.ts';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const outcome = z.enum(outcomeNames as [string, ...string[]]);

/** One try at one upstream. Instants are seconds after the request's arrival; null: did not happen. */
export const attemptStorySchema = z.object({
  upstream: z.string(),
  /** Why that one, as "the least busy of 3 targets, with 2 requests"; absent where the service has no other. */
  chosen: z.string().optional(),
  started_at: seconds,
  ended_at: seconds,
  /** To a usable connection; 0 when one was idle. */
  connect: seconds.nullable(),
  /** From the request written to the first byte of the answer. */
  first_byte: seconds.nullable(),
  /** Status of the answer; null without one. */
  status: z.int().nullable(),
  outcome,
  detail: z.string(),
  /** Pause before the next attempt; null when this was the last. */
  backoff: seconds.nullable(),
  /** Why there was no further attempt although this one failed; null otherwise. */
  not_retried: z.string().nullable(),
});

/** Which requests go to a service, as the file says. */
export const takenRouteSchema = z.object({
  /** Where it stands, as `proxy_config.json:12`; empty without a file. */
  where: z.string(),
  /** What it takes, as `host api.example.com, path /v1/`. */
  conditions: z.string(),
});

/** What a list of requests shows of each. */
export const requestSummarySchema = z.object({
  id: z.string(),
  /** ISO 8601. */
  received_at: z.string(),
  method: z.string(),
  url: z.string(),
  client: z.string(),
  /** Name of the service that it went to, where there are several; absent where no route took it. */
  service: z.string().optional(),
  /** The route that it took, where there are several; absent where none took it. */
  route: takenRouteSchema.optional(),
  status: z.int(),
  outcome,
  detail: z.string(),
  /** From the arrival to the flushed answer. */
  total: seconds,
  /** In the queue, over all attempts. */
  queue_wait: seconds,
});

/** `GET /proxy-why/<request-id>`: what happened to one request, in order. */
export const requestStorySchema = requestSummarySchema.extend({
  bytes_received: count,
  bytes_sent: count,
  attempts: z.array(attemptStorySchema),
  /** How the proxy stood when the request ended. */
  meanwhile: z.object({ active: count, queued: count, limit: count, queue_limit: count }),
  /** The same in sentences, one a step, for people. */
  told: z.array(z.string()),
});

/** Status 202 of `GET /proxy-why/<request-id>`: it has no end yet. */
export const requestUnderWaySchema = z.object({
  id: z.string(),
  under_way: z.literal(true),
  /** Since its arrival. */
  elapsed: seconds,
  attempts: count,
  told: z.array(z.string()),
});

/** Status 404 of the same: unknown, or no longer kept. */
export const requestNotKeptSchema = z.object({
  error: z.string(),
  /** How many failed requests, and how many others, are kept at most. */
  capacity: count,
});

/** `GET /proxy-why`: the latest failures (`?all` for all requests), newest first. */
export const requestListSchema = z.object({
  requests: z.array(requestSummarySchema),
  /** Requests kept, and how many are kept at most. */
  kept: count,
  capacity: count,
});

export type TakenRoute = z.infer<typeof takenRouteSchema>;
export type AttemptStory = z.infer<typeof attemptStorySchema>;
export type RequestSummary = z.infer<typeof requestSummarySchema>;
export type RequestStory = z.infer<typeof requestStorySchema>;
export type RequestUnderWay = z.infer<typeof requestUnderWaySchema>;
export type RequestNotKept = z.infer<typeof requestNotKeptSchema>;
export type RequestList = z.infer<typeof requestListSchema>;
