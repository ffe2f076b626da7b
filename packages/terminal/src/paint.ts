import { Chalk, type ChalkInstance, supportsColor, supportsColorStderr } from 'chalk';

/** What --color or --no-color says; null when neither was given. */
export type ColourFlag = boolean | null;

/**
 * Colours for a stream: the flag decides, else NO_COLOR (no-color.org), else FORCE_COLOR, else whether
 * it is a terminal. chalk 6 sees the last two but not NO_COLOR.
 */
export function paint(
  stream: 'stdout' | 'stderr',
  environment: NodeJS.ProcessEnv,
  flag: ColourFlag = null,
): ChalkInstance {
  const support = stream === 'stdout' ? supportsColor : supportsColorStderr;
  const level = support ? support.level : 0;
  if (flag === true) return new Chalk({ level: level === 0 ? 1 : level });
  if (flag === false || environment.NO_COLOR) return new Chalk({ level: 0 });
  return new Chalk({ level });
}
