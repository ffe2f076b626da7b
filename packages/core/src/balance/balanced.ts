/** What a balancer has to know of a target; the caller's own object implements it. */
export interface Balanced {
  /** What tells it from the others and stays the same over restarts, such as its URL: `hash` places it by this. */
  readonly name: string;
  /** Its share of the load beside the other targets'; above 0. */
  readonly weight: number;
  /** Requests under way there now, those picked a moment ago included. */
  readonly inFlight: number;
  /**
   * It is never given more than this many concurrently; Infinity where nothing limits it. While its breaker is
   * half-open it takes no more than probes: let the limit say so, or permits are given for places it lacks.
   */
  readonly limit: number;
  /** It has as many requests as it says that it can take: others come first, but it is not ruled out. */
  readonly full: boolean;
  /** Whether a request would get a connection immediately. */
  readonly hasConnection: boolean;
  /** When it came (back), ms: slow start counts from here. -Infinity: it has been there from the beginning. */
  readonly upSince: number;
  /** Whether it may be used now: breaker, health, drain and ejection together. Takes nothing. */
  available(): boolean;
}

/** An attempt that a request has made; `previous` leads to the ones before it. */
export interface Tried<Target> {
  readonly target: Target;
  readonly previous: Tried<Target> | null;
}

export interface Balancer<Target> {
  /**
   * The target for one attempt; null when none is available or every available one is at its limit. Takes
   * nothing: the caller counts the attempt in `inFlight`. `last`: the attempt that this one follows.
   * `key`: what `hash` keeps together; null where the request has none.
   */
  pick(now: number, last: Tried<Target> | null, key: string | null): Target | null;
}

/** Whether it may be given a request now. */
export const hasRoom = (target: Balanced): boolean =>
  target.inFlight < target.limit && target.available();
