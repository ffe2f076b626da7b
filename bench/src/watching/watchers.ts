/** Paths and how often they are asked for: an open dashboard, and the monitor at its usual interval. */
const watched = [
  { path: '/proxy-metrics', everyMs: 2000 },
  { path: '/proxy-why?limit=15', everyMs: 10_000 },
  { path: '/proxy-metrics', everyMs: 5000 },
] as const;

/** Asks as a dashboard and a monitor do. */
export class Watchers {
  readonly #timers: NodeJS.Timeout[];
  #polls = 0;

  private constructor(port: number) {
    this.#timers = watched.map(({ path, everyMs }) => {
      const poll = () => void this.#poll(`http://127.0.0.1:${port}${path}`);
      poll();
      return setInterval(poll, everyMs);
    });
  }

  static start(port: number): Watchers {
    return new Watchers(port);
  }

  /** How often was asked. */
  stop(): number {
    for (const timer of this.#timers) clearInterval(timer);
    return this.#polls;
  }

  async #poll(url: string): Promise<void> {
    const response = await fetch(url);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    this.#polls += 1;
  }
}
