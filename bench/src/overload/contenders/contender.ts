import type { Scenario } from '../scenario.ts';

export interface ContenderTarget {
  /** Port of the backend on 127.0.0.1. */
  readonly upstreamPort: number;
  readonly port: number;
  /** A folder of its own, empty, for configuration files. */
  readonly folder: string;
  readonly scenario: Scenario;
}

/** A forwarder in a process of its own. */
export interface Contender {
  readonly name: string;
  readonly what: string;
  /** Programs that must be there; without one it is left out, and the table says so. */
  readonly needs: readonly string[];
  command(target: ContenderTarget): string[];
}
