/** A distribution of service times. Sampling is by inversion, so its quantiles are known exactly. */
export interface Latency {
  meanMs: number;
  /** The time below which a share `p` of the samples lie, 0 <= p < 1. */
  quantileMs(p: number): number;
}

/** A kind of distribution as written in a script: `name:argument:argument`. */
export interface LatencyKind {
  name: string;
  syntax: string;
  summary: string;
  /** Throws with a readable message when an argument is wrong. */
  create(args: string[]): Latency;
}
