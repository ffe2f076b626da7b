import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from 'chalk';

/** Colours for a stream. chalk 6 sees terminals and FORCE_COLOR but not NO_COLOR (no-color.org). */
export function paint(stream: 'stdout' | 'stderr', environment: NodeJS.ProcessEnv): ChalkInstance {
  const support = stream === 'stdout' ? supportsColor : supportsColorStderr;
  return new Chalk({ level: environment.NO_COLOR || !support ? 0 : support.level });
}
