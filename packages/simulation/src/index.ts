export { type Optimum, optimize } from './optimize.ts';
export type { Recovery } from './recovery.ts';
export type { SimulationResult, Spread, Tally } from './result.ts';
export type {
  BackendSettings,
  ClientGroup,
  Distribution,
  NamedClass,
  Phase,
  Protection,
  ProxySettings,
  Scenario,
} from './scenario.ts';
export { simulate } from './simulate.ts';
