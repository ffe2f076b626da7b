export interface LimitOptions {
  /** Where it begins, until it knows. */
  initial: number;
  /** At least 1: with nothing in flight nothing would be learned. */
  min: number;
  max: number;
  /** Shortest window. It grows with slow traffic, until it has seen enough. */
  windowMs?: number;
  /** Windows of use between two probes. */
  probeEvery?: number;
}
