import type { Scenario, SimulationResult } from '@spillway/simulation';
import type { SimulateConfig } from './simulate-options.ts';

/** One variant, played. */
export interface Run {
  readonly label: string;
  readonly config: SimulateConfig;
  readonly scenario: Scenario;
  readonly result: SimulationResult;
}
