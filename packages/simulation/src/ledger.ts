import type { Outcome } from '@spillway/contracts';
import type { ClientRequest } from './client-request.ts';
import { isRefusal } from './front-door.ts';
import { Samples } from './samples.ts';
import type { ClientGroup, Scenario } from './scenario.ts';

/** One second of the run. */
export interface Second {
  offered: number;
  /** Good answers given in it, whenever their requests came. */
  good: number;
  refused: number;
  /** Neither good nor refused: failed at the backend, or the client left. */
  lost: number;
  /** Most that waited at once. */
  queued: number;
}

/** What became of the requests of a group that arrived while it counted. */
export class GroupLedger {
  offered = 0;
  good = 0;
  /** Good ones that had to wait in the proxy's line. */
  waited = 0;
  sends = 0;
  attempts = 0;
  readonly endings = new Map<Outcome, number>();
  /** In the proxy's line, of those answered well. */
  readonly waits = new Samples();
  /** From the first sending on, of those answered well. */
  readonly responses = new Samples();
  /** From the last sending on. */
  readonly refusals = new Samples();
}

/** Counts requests by what became of them, and seconds by what happened in them. */
export class Ledger {
  readonly groups: ReadonlyMap<ClientGroup, GroupLedger>;
  readonly seconds: readonly Second[];
  /** Counted requests that have not ended yet. */
  outstanding = 0;
  longestQueue = 0;
  /** Good answers given while it counted, also to requests from before. */
  goodWhileCounting = 0;
  readonly #countFromMs: number;
  readonly #countToMs: number;

  constructor({ groups, durationMs, warmUpMs }: Scenario) {
    this.groups = new Map(groups.map((group) => [group, new GroupLedger()]));
    const seconds = Math.ceil(durationMs / 1000);
    this.seconds = Array.from({ length: seconds }, () => {
      return { offered: 0, good: 0, refused: 0, lost: 0, queued: 0 };
    });
    this.#countFromMs = warmUpMs;
    this.#countToMs = durationMs;
  }

  arrived(request: ClientRequest): void {
    const second = this.#second(request.bornMs);
    if (second !== undefined) second.offered++;
    if (!this.#counts(request)) return;
    this.groups.get(request.group)!.offered++;
    this.outstanding++;
  }

  ended(request: ClientRequest, outcome: Outcome, nowMs: number): void {
    this.#countSecond(outcome, nowMs);
    if (!this.#counts(request)) return;
    this.outstanding--;
    const group = this.groups.get(request.group)!;
    group.sends += request.sends;
    group.attempts += request.attempts;
    group.endings.set(outcome, (group.endings.get(outcome) ?? 0) + 1);
    if (outcome === 'ok') {
      group.good++;
      if (request.queueWaitMs > 0) group.waited++;
      group.waits.add(request.queueWaitMs);
      group.responses.add(nowMs - request.bornMs);
    } else if (isRefusal(outcome)) {
      group.refusals.add(nowMs - request.sentMs);
    }
  }

  queueIs(length: number, nowMs: number): void {
    const second = this.#second(nowMs);
    if (second === undefined) return;
    if (length > second.queued) second.queued = length;
    if (nowMs >= this.#countFromMs && length > this.longestQueue) this.longestQueue = length;
  }

  #countSecond(outcome: Outcome, nowMs: number): void {
    const second = this.#second(nowMs);
    if (second === undefined) return;
    if (outcome === 'ok') {
      second.good++;
      if (nowMs >= this.#countFromMs) this.goodWhileCounting++;
    } else if (isRefusal(outcome)) second.refused++;
    else second.lost++;
  }

  #counts({ bornMs }: ClientRequest): boolean {
    return bornMs >= this.#countFromMs && bornMs < this.#countToMs;
  }

  #second(ms: number): Second | undefined {
    return ms < this.#countToMs ? this.seconds[Math.floor(ms / 1000)] : undefined;
  }
}
