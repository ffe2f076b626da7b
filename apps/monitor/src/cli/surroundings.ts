import { processSurroundings, type Surroundings } from '@spillway/terminal';

export interface MonitorSurroundings extends Surroundings {
  /** Standard output is a terminal that can place the cursor. */
  readonly hasScreen: boolean;
}

export function monitorSurroundings(): MonitorSurroundings {
  const { stdout, env } = process;
  return {
    ...processSurroundings(),
    hasScreen: stdout.isTTY === true && env.TERM !== 'dumb',
  };
}
