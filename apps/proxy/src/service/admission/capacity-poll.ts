import type { TimerWheel } from '@spillway/core';
import { type Asked, Question, type QuestionEnd } from '../upstream/question.ts';

/** A response that is longer states nothing; neither does one that takes longer. */
const [mostBytes, timeoutMs] = [64 * 1024, 5000];

export interface CapacityPollOptions {
  /** Each time: a reload may change how to connect. */
  readonly asked: () => Asked;
  readonly path: string;
  readonly wheel: TimerWheel;
  readonly everyMs: number;
  /** What `max_concurrency` was, as text; undefined when nothing of the kind was in the response. */
  readonly onHeard: (word: string | undefined) => void;
}

/** Asks an upstream every few seconds what it takes (`--capacity-path`). */
export class CapacityPoll {
  readonly #options: CapacityPollOptions;
  readonly #timer: NodeJS.Timeout;
  #question: Question | null = null;

  constructor(options: CapacityPollOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#ask(), options.everyMs).unref();
    this.#ask();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#question?.cancel();
  }

  #ask(): void {
    if (this.#question !== null) return;
    const { asked, path, wheel, onHeard } = this.#options;
    this.#question = new Question({ asked: asked(), path, wheel, timeoutMs, mostBytes }, (end) => {
      this.#question = null;
      onHeard(capacityIn(end));
    });
  }
}

function capacityIn({ status, body }: QuestionEnd): string | undefined {
  if (body === null || status < 200 || status > 299) return undefined;
  try {
    const { max_concurrency: capacity } = JSON.parse(body.toString()) as {
      max_concurrency?: unknown;
    };
    return typeof capacity === 'number' ? String(capacity) : undefined;
  } catch {
    return undefined;
  }
}
