import type { IncomingMessage, ServerResponse } from 'node:http';
import { Exchange } from './exchange.ts';
import { makePlan, outcomeOf, type Plan, planFor, ScriptError } from './plan.ts';
import { routeOf } from './routes/index.ts';
import { sendJson } from './routes/send-json.ts';
import type { ScriptInput } from './script.ts';
import { seededDraws } from './seeded-draws.ts';
import { Tally } from './tally.ts';
import { Workers } from './workers.ts';

const ignore = () => {};

function endingOf({ broken, tunnelled, res }: Exchange): 'broken' | 'finished' | 'aborted' {
  if (broken) return 'broken';
  return tunnelled || res.writableFinished ? 'finished' : 'aborted';
}

/** What becomes of requests: queue, work, fault or answer, and exactly one ending each. */
export class Service {
  readonly tally = new Tally();
  readonly #initial: Plan;
  #plan: Plan;
  #draw: ReturnType<typeof seededDraws>;
  readonly #workers = new Workers<Exchange>((exchange) => this.#start(exchange));
  readonly #live = new Set<Exchange>();
  #closing = false;

  /** Throws ScriptError. */
  constructor(script: ScriptInput) {
    this.#initial = makePlan(script);
    this.#plan = this.#initial;
    this.#draw = seededDraws(this.#plan.script.seed);
    this.run(this.#plan);
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** Requests that came before keep their script, apart from the number of workers. */
  run(plan: Plan): void {
    if (plan.script.seed !== this.#plan.script.seed) this.#draw = seededDraws(plan.script.seed);
    this.#plan = plan;
    this.#workers.resize(plan.script.workers, plan.script.queue);
  }

  /** As freshly started: first script, first random number, totals at zero, nothing hanging. */
  reset(): void {
    this.run(this.#initial);
    this.#draw = seededDraws(this.#initial.script.seed);
    this.releaseAll();
    this.tally.reset();
  }

  releaseAll(): number {
    let released = 0;
    for (const exchange of this.#live) if (exchange.release()) released++;
    return released;
  }

  /** `upgrade` answers in place of the route when neither a fault nor a status comes first. */
  handle(req: IncomingMessage, res: ServerResponse, upgrade?: (exchange: Exchange) => void): void {
    const { tally } = this;
    const exchange = new Exchange({
      req,
      res,
      plan: this.#plan,
      draw: this.#draw(),
      tally,
      upgrade,
    });
    const place = this.#workers.enter(exchange);
    if (place === 'full') {
      tally.add({ received: 1, refused: 1 });
      res.setHeader('retry-after', '1');
      sendJson(res, 503, { error: "the backend's own queue is full" });
      return;
    }
    this.#live.add(exchange);
    res.on('error', ignore);
    res.on('close', () => this.#close(exchange));
    if (place === 'queued') {
      tally.add({ received: 1, queued: 1 });
      return;
    }
    exchange.phase = 'working';
    tally.add({ received: 1, started: 1, active: 1 });
    void this.#work(exchange);
  }

  /** Ends all work, also that for clients which have left; for when connections are about to be cut. */
  close(): void {
    this.#closing = true;
    for (const exchange of [...this.#live]) {
      if (exchange.phase === 'queued') this.#end(exchange);
      else exchange.stop();
    }
  }

  #start(exchange: Exchange): void {
    exchange.phase = 'working';
    this.tally.add({ queued: -1, started: 1, active: 1 });
    void this.#work(exchange);
  }

  async #work(exchange: Exchange): Promise<void> {
    try {
      await this.#play(exchange);
    } catch (error) {
      if (!exchange.left) exchange.res.destroy(error as Error);
    }
    if (exchange.left) this.#end(exchange);
  }

  async #play(exchange: Exchange): Promise<void> {
    const { res, upgrade } = exchange;
    try {
      exchange.plan = planFor(exchange.query, exchange.plan);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      exchange.phase = 'answering';
      sendJson(res, 400, { errors: error.problems });
      return;
    }
    const route = routeOf(exchange.path);
    const { fault, status } = outcomeOf(exchange.plan, exchange.draw);
    const { latency, errorLatency } = exchange.plan;
    const usual = status >= 400 ? (errorLatency ?? latency) : latency;
    const ms = route.workMs?.(exchange) ?? usual.quantileMs(exchange.draw.latency);
    if (ms > 0 && !(await exchange.work(ms))) return;
    if (exchange.left) return;
    exchange.phase = 'answering';
    if (fault && (await fault.play(exchange)) === 'done') return;
    if (exchange.left) return;
    if (upgrade && status < 300) {
      upgrade(exchange);
      return;
    }
    if (status >= 300 && exchange.script.retryAfter) {
      res.setHeader('retry-after', exchange.script.retryAfter);
    }
    await route.answer(exchange, status);
  }

  #close(exchange: Exchange): void {
    if (exchange.phase === 'ended' || exchange.left) return;
    exchange.left = true;
    const goesOn = exchange.script.abandon === 'continue' && !this.#closing;
    const { phase } = exchange;
    if (goesOn && (phase === 'queued' || phase === 'working' || exchange.hanging)) {
      exchange.abandoned = true;
      this.tally.add({ abandoned: 1 });
      return;
    }
    this.#end(exchange);
    exchange.stop();
  }

  #end(exchange: Exchange): void {
    const { phase } = exchange;
    if (phase === 'ended') return;
    exchange.phase = 'ended';
    this.#live.delete(exchange);
    if (phase === 'queued') this.#workers.leave(exchange);
    this.tally.add({
      [phase === 'queued' ? 'queued' : 'active']: -1,
      [endingOf(exchange)]: 1,
      abandoned: exchange.abandoned ? -1 : 0,
    });
    if (phase !== 'queued') this.#workers.release();
  }
}
