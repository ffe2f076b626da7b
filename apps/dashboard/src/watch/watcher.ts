import type { MetricsSnapshot } from '@spillway/contracts';
import { between, type Interval, type Observation, observe, restarted } from '@spillway/diagnosis';
import type { Answer, Failure } from '../ask/answer.ts';
import { readingOf } from '../figures/reading.ts';
import { foldOf, rowOf } from '../figures/row-of.ts';
import { History } from '../history/history.ts';
import type { KeptHistory } from './kept-history.ts';
import type { Mark, Watch } from './watch.ts';

const keptSeconds = 3600;
const gapSeconds = 90;

/** Turns answers into what the page shows. No timers, no network. */
export class Watcher {
  readonly #history = new History({ fineSeconds: 600, stepSeconds: 10, keptSeconds, foldOf });
  /** Of the last minute. */
  #observations: Observation[] = [];
  #marks: Mark[] = [];
  /** When the proxy of the page before was started. */
  #earlierLife: string | null;
  #lastSeenAt: number | null;
  #watch: Watch = {
    failure: null,
    failures: 0,
    snapshot: null,
    answeredAt: null,
    lastMinute: null,
    rows: [],
    marks: [],
  };

  /** Goes on with what an earlier page saw, if that is given. */
  constructor(kept: KeptHistory | null = null) {
    for (const row of kept?.rows ?? []) this.#history.add(row);
    this.#marks = [...(kept?.marks ?? [])];
    this.#earlierLife = kept === null ? null : kept.startedAt;
    this.#lastSeenAt = kept?.rows.at(-1)?.at ?? null;
  }

  get watch(): Watch {
    return this.#watch;
  }

  /** `at` is when it came: seconds since 1970 on a clock that never jumps. */
  take(answer: Answer<MetricsSnapshot>, at: number): Watch {
    this.#watch =
      answer.kind === 'failure' ? this.#missed(answer) : this.#answered(answer.value, at);
    return this.#watch;
  }

  /** The last numbers stay, marked as old. */
  #missed(failure: Failure): Watch {
    return { ...this.#watch, failure, failures: this.#watch.failures + 1 };
  }

  #answered(snapshot: MetricsSnapshot, at: number): Watch {
    const now = observe(snapshot, at);
    if (this.#isAnotherLife(now)) {
      this.#observations = [];
      this.#mark(at, 'restarted');
      this.#history.gap(at);
    } else if (this.#unseenSince(at)) {
      // A line across would claim to know what was.
      this.#history.gap(at);
    }
    this.#earlierLife = null;
    this.#lastSeenAt = at;
    const reading = readingOf(snapshot, this.#observations.at(-1), now);
    this.#history.add(rowOf(reading, at));
    this.#observations = [...this.#observations.filter(({ at }) => at >= now.at - 60), now];
    return {
      failure: null,
      failures: 0,
      snapshot,
      answeredAt: at,
      lastMinute: this.#lastMinute(now),
      rows: this.#history.rows(),
      marks: this.#marks,
    };
  }

  #isAnotherLife(now: Observation): boolean {
    const earlier = this.#observations.at(-1);
    if (earlier !== undefined) return restarted(earlier, now);
    return this.#earlierLife !== null && this.#earlierLife !== now.startedAt;
  }

  #unseenSince(at: number): boolean {
    const tooLong = this.#lastSeenAt !== null && at - this.#lastSeenAt > gapSeconds;
    return tooLong || this.#watch.failures > 0;
  }

  #lastMinute(now: Observation): Interval | null {
    const [first] = this.#observations;
    return first === undefined ? null : between(first, now);
  }

  #mark(at: number, text: string): void {
    this.#marks = [...this.#marks, { at, text }].filter((mark) => mark.at >= at - keptSeconds);
  }
}
