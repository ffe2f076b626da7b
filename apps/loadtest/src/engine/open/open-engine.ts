import type { LoadOutcome } from '@spillway/contracts';
import type { Engine, Observer, OpenPlan } from '../engine.ts';
import { longestTimerMs } from '../longest-timer.ts';
import { Deadlines } from './deadlines.ts';
import { Lane } from './lane.ts';
import { Pacer } from './pacer.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { type Target, targetOf } from './target.ts';

/**
 * The open model: requests are sent when the schedule wants them, whatever the answers do. One that is due
 * while `maxInFlight` are under way is dropped; one sent late keeps its intended time.
 */
export const runOpen: Engine<OpenPlan> = async (plan, observer, signal) => {
  if (signal.aborted) return;
  const run = new Run(plan, observer);
  const abort = () => run.end();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await run.finished();
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** The loop is woken at most this often, and then sends what has come due. */
const shortestWaitMs = 0.2;
/** Sent in one go before answers are looked at again. */
const mostAtOnce = 64;
/** What is due but can't be sent until so long after the end of the schedule is dropped. */
const catchUpMs = 1000;

class Run {
  readonly #plan: OpenPlan;
  readonly #observer: Observer;
  readonly #target: Target;
  readonly #schedule: Schedule;
  readonly #timeoutMs: number;
  readonly #idle: Lane[] = [];
  readonly #lanes = new Set<Lane>();
  readonly #deadlines = new Deadlines<Lane>((lane) => this.#expire(lane));
  readonly #done: Promise<void>;
  #resolve = () => {};
  #inFlight = 0;
  #startAt = 0;
  #endAt = Number.POSITIVE_INFINITY;
  #nextAt = Number.POSITIVE_INFINITY;
  #over = false;
  #pacer: Pacer | undefined;
  #endTimer: NodeJS.Timeout | undefined;

  /** Throws TypeError when the request can't be sent. */
  constructor(plan: OpenPlan, observer: Observer) {
    this.#plan = plan;
    this.#observer = observer;
    this.#target = targetOf(plan.request);
    this.#schedule = scheduleOf(plan);
    this.#timeoutMs = plan.request.timeoutMs;
    this.#done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async finished(): Promise<void> {
    const pump = () => this.#pump();
    this.#startAt = performance.now();
    this.#pacer = new Pacer(pump);
    const endMs = endMsOf(this.#plan);
    this.#endAt = this.#startAt + endMs;
    this.#advance();
    if (endMs <= longestTimerMs) this.#endTimer = setTimeout(() => this.#stopAtEnd(), endMs);
    pump();
    await this.#done;
    clearTimeout(this.#endTimer);
    this.#deadlines.close();
    await Promise.all([this.#pacer.close(), ...[...this.#lanes].map((lane) => lane.destroy())]);
  }

  /** Ends at once: what is under way is unfinished, what is due and not sent is dropped. */
  end(): void {
    this.#over = true;
    for (const now = performance.now(); this.#nextAt <= now; this.#advance()) {
      this.#observer.onDropped(this.#nextAt);
    }
    this.#nextAt = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      if (!lane.underWay) continue;
      void lane.destroy();
      this.#settle(lane, 'unfinished');
    }
    this.#resolve();
  }

  #pump(): void {
    if (this.#over) return;
    let left = mostAtOnce;
    let now = performance.now();
    while (this.#nextAt <= now && left-- > 0) {
      if (this.#inFlight >= this.#plan.maxInFlight || now > this.#endAt + catchUpMs) {
        this.#observer.onDropped(this.#nextAt);
      } else {
        this.#send(this.#nextAt);
        now = performance.now();
      }
      this.#advance();
    }
    if (this.#nextAt === Number.POSITIVE_INFINITY) this.#stopWhenDrained();
    else if (this.#nextAt <= now) setImmediate(() => this.#pump());
    else this.#pacer?.wakeAt(Math.max(this.#nextAt, now + shortestWaitMs));
  }

  #advance(): void {
    this.#nextAt = this.#startAt + this.#schedule();
  }

  #send(intendedAt: number): void {
    const lane = this.#idle.pop() ?? this.#open();
    const sentAt = performance.now();
    this.#inFlight++;
    this.#observer.onSent(sentAt);
    lane.deadline = sentAt + this.#timeoutMs;
    this.#deadlines.add(lane);
    lane.send(intendedAt, sentAt);
  }

  #open(): Lane {
    const lane = new Lane(this.#target, this.#ended);
    this.#lanes.add(lane);
    return lane;
  }

  readonly #ended = (lane: Lane, outcome: LoadOutcome): void => {
    this.#deadlines.remove(lane);
    this.#settle(lane, outcome);
    this.#idle.push(lane);
    this.#stopWhenDrained();
  };

  #expire(lane: Lane): void {
    void lane.destroy();
    this.#lanes.delete(lane);
    this.#settle(lane, 'timeout');
    this.#stopWhenDrained();
  }

  #settle(lane: Lane, outcome: LoadOutcome): void {
    this.#inFlight--;
    const { status, intendedAt, sentAt, bytes, proxyOutcome, localError } = lane;
    const endedAt = performance.now();
    this.#observer.onEnded({
      outcome,
      status,
      intendedAt,
      sentAt,
      endedAt,
      bytes,
      proxyOutcome,
      localError,
    });
  }

  #stopAtEnd(): void {
    if (this.#plan.length.drain) this.#stopWhenDrained();
    else this.end();
  }

  /** A schedule that ends early, by the number of requests, need not be waited for. */
  #stopWhenDrained(): void {
    if (this.#nextAt !== Number.POSITIVE_INFINITY || this.#inFlight > 0) return;
    const { requests } = this.#plan.length;
    if (requests === null && performance.now() < this.#endAt - 1) return;
    this.#over = true;
    this.#resolve();
  }
}

function endMsOf({ length, stages }: OpenPlan): number {
  const stagesMs = stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return Math.min(stagesMs, length.durationMs ?? Number.POSITIVE_INFINITY);
}
