export { type Backend, type BackendOptions, startBackend } from './backend.ts';
export { faults } from './faults/index.ts';
export { type Latency, latencies, parseLatency } from './latency/index.ts';
export { pattern, patternBuffer } from './pattern.ts';
export { ScriptError } from './plan.ts';
export type { Script, ScriptInput } from './script.ts';
export type { Stats } from './tally.ts';
