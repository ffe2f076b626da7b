import type { Exchange } from '../exchange.ts';

/** A path of the backend. */
export interface Route {
  /** As in the greeting's list: a path to try. */
  example: string;
  summary: string;
  matches(path: string): boolean;
  /** Time at a worker, in milliseconds; the script's latency when absent. */
  workMs?(exchange: Exchange): number;
  answer(exchange: Exchange, status: number): void | Promise<void>;
}
