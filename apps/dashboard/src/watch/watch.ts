import type { MetricsSnapshot } from '@spillway/contracts';
import type { Interval } from '@spillway/diagnosis';
import type { Failure } from '../ask/answer.ts';
import type { Row } from '../history/history.ts';

/** Something that happened at a time, drawn into every plot. */
export interface Mark {
  readonly at: number;
  readonly text: string;
}

/** All that the page knows by its polls; a new one after each. */
export interface Watch {
  /** Null as long as the proxy answers. */
  readonly failure: Failure | null;
  /** Polls in a row without an answer. */
  readonly failures: number;
  /** The last good answer, and when it came, in seconds since 1970. */
  readonly snapshot: MetricsSnapshot | null;
  readonly answeredAt: number | null;
  readonly lastMinute: Interval | null;
  readonly rows: readonly Row[];
  readonly marks: readonly Mark[];
}
