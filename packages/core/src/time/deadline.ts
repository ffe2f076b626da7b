/** An instant of the TimeSource in ms; Infinity when there is none. */
export type Deadline = number;

/** `timeoutMs` null: no deadline. */
export const deadlineAfter = (now: number, timeoutMs: number | null): Deadline =>
  timeoutMs === null ? Infinity : now + timeoutMs;

/** Milliseconds left, never below 0; Infinity without a deadline. */
export const remaining = (deadline: Deadline, now: number): number => Math.max(0, deadline - now);
