/** One request at a time, for tests that compare a simulated proxy with a real one. */
export type { Backend, Job } from './backend.ts';
export type { CallEnding } from './front-door.ts';
export { SimulatedProxy } from './simulated-proxy.ts';
export { VirtualTime } from './virtual-time.ts';
