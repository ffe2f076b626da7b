import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plan } from './plan.ts';
import type { Script } from './script.ts';
import type { Draw } from './seeded-draws.ts';
import type { Tally } from './tally.ts';

/** Where a request stands. */
export type Phase = 'queued' | 'working' | 'answering' | 'ended';

interface ExchangeParts {
  req: IncomingMessage;
  res: ServerResponse;
  plan: Plan;
  draw: Draw;
  tally: Tally;
  upgrade: ((exchange: Exchange) => void) | undefined;
}

/** One request and its answer, as routes and faults see it. */
export class Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly draw: Draw;
  readonly tally: Tally;
  plan: Plan;
  phase: Phase = 'queued';
  /** Answers in place of the route on a connection that asks for another protocol. */
  readonly upgrade: ((exchange: Exchange) => void) | undefined;
  /** The answer is out, or the client gone: nothing can be sent any more. */
  left = false;
  /** Worked on for a client that has left. */
  abandoned = false;
  /** A fault cuts this answer on purpose. */
  broken = false;
  /** Switched to another protocol: the connection's end is a good end. */
  tunnelled = false;
  hanging = false;
  /** Ends the wait that is going on; true: waited to the end. */
  #wake: ((whole: boolean) => void) | undefined;

  constructor(parts: ExchangeParts) {
    this.req = parts.req;
    this.res = parts.res;
    this.plan = parts.plan;
    this.draw = parts.draw;
    this.tally = parts.tally;
    this.upgrade = parts.upgrade;
    const url = this.req.url ?? '/';
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  }

  get script(): Script {
    return this.plan.script;
  }

  /** Waits; false when it ended early, or never began, because the client left. */
  pause(ms: number): Promise<boolean> {
    if (this.left) return Promise.resolve(false);
    return this.work(ms);
  }

  /** As `pause`, but begins for a client that has left too: a function server's work. */
  work(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const due = performance.now() + ms;
      const wait = () => {
        const remainingMs = due - performance.now();
        // The event loop's clock is in whole milliseconds and may lag, so a timer can fire early.
        if (remainingMs < 0.5) this.#wake?.(true);
        else timer = setTimeout(wait, remainingMs);
      };
      let timer = setTimeout(wait, ms);
      this.#wake = (whole) => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(whole);
      };
    });
  }

  /** Waits until `release`; false when it ended, or never began, because the client left. */
  async hang(): Promise<boolean> {
    if (this.left) return false;
    this.hanging = true;
    this.tally.add({ hanging: 1 });
    const released = await new Promise<boolean>((resolve) => {
      this.#wake = resolve;
    });
    this.hanging = false;
    this.tally.add({ hanging: -1 });
    return released && !this.left;
  }

  /** Lets a hanging request go on; false when it doesn't hang. */
  release(): boolean {
    if (!this.hanging) return false;
    this.#wake?.(true);
    return true;
  }

  /** Ends the wait that is going on, if any, as for a client that left. */
  stop(): void {
    this.#wake?.(false);
  }
}
