/** What the upstream does with an attempt. `hang`: nothing, for as long as it is asked. */
export type Reply =
  | 'hang'
  | 'close'
  | { readonly status: number; readonly retryAfterSeconds?: number };

/** Requests that arrive one after the other while none is answered, and what their attempts meet. */
export interface Wave {
  readonly methods: readonly string[];
  /**
   * Rounds of attempts: each waits until all of it have come, then it is answered in the order of arrival. What comes
   * beyond the rounds gets 200.
   */
  readonly rounds: readonly (readonly Reply[])[];
  /** Requests whose client leaves once all of the first round are there, by their place. */
  readonly leaving?: readonly number[];
  /** Lets the breaker's open time pass before the wave. */
  readonly rested?: boolean;
}

/** What became of it, whoever played it. */
export interface Played {
  /** Of each wave, sorted: outcome and attempts of its requests. */
  readonly endings: readonly (readonly string[])[];
  readonly breaker: string;
  readonly opened: number;
  readonly refusedRetries: number;
  readonly held: { readonly permits: number; readonly retries: number; readonly queued: number };
}

/** Answers the attempts of one wave, round by round. */
export class Script {
  #rounds: (readonly Reply[])[] = [];
  #waiting: ((reply: Reply) => void)[] = [];
  #open = false;

  begin({ rounds }: Wave): void {
    this.#rounds = [...rounds];
    this.#open = false;
  }

  /** All requests of the wave are there: from now on its attempts are answered. */
  open(): void {
    this.#open = true;
    this.#answer();
  }

  attempt(answer: (reply: Reply) => void): void {
    this.#waiting.push(answer);
    this.#answer();
  }

  #answer(): void {
    while (this.#open && this.#waiting.length >= (this.#rounds[0]?.length ?? 1)) {
      const round = this.#rounds.shift() ?? [{ status: 200 }];
      for (const reply of round) (this.#waiting.shift() as (reply: Reply) => void)(reply);
    }
  }
}

/** The attempts that one request makes, each with the next reply. */
export const one = (method: string, ...replies: readonly Reply[]): Wave => ({
  methods: [method],
  rounds: replies.map((reply) => [reply]),
});

/** So many requests together, whose attempts all meet the same, round by round. */
export const together = (count: number, ...rounds: readonly (readonly Reply[])[]): Wave => ({
  methods: Array(count).fill('GET'),
  rounds,
});
