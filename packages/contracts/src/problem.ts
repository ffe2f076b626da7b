import { z } from 'zod';
import { outcomeNames } from './outcomes.ts';

/** `application/problem+json` (RFC 9457), the body of every answer made here. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  outcome: z.enum(outcomeNames as [string, ...string[]]),
  request_id: z.string(),
  /** Where the story of this request is told, while it is kept; absent when clients can't look there. */
  instance: z.string().optional(),
});

export type Problem = z.infer<typeof problemSchema>;
