/** How long a test waits for anything before it says what did not come. */
export const patienceMs = 5_000;

/** Settles like the promise, or rejects with what did not come. */
export function within<T>(promise: Promise<T>, what: () => string, ms = patienceMs): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what()} did not come in ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Things that happened, each taken once and in order, whether they came before or after the asking. */
export class WaitingLine<T> {
  readonly #what: string;
  readonly #things: T[] = [];
  readonly #takers: ((thing: T) => void)[] = [];

  constructor(what: string) {
    this.#what = what;
  }

  push(thing: T): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#things.push(thing);
    else taker(thing);
  }

  next(): Promise<T> {
    if (this.#things.length > 0) return Promise.resolve(this.#things.shift() as T);
    const coming = new Promise<T>((resolve) => this.#takers.push(resolve));
    return within(coming, () => this.#what);
  }

  get length(): number {
    return this.#things.length;
  }
}

/** Until the condition holds; for states that no event announces. Throws what it last complained of. */
export async function eventually(check: () => void, ms = patienceMs): Promise<void> {
  const giveUpAt = performance.now() + ms;
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
