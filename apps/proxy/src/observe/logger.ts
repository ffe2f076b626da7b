import { destination, type Logger, multistream, pino, stdTimeFunctions } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { ProxyConfig } from '../cli/proxy-options.ts';

export interface ProxyLogger {
  readonly log: Logger;
  /** Opens --log-file anew, after logrotate has moved it away; false without one. */
  reopen(): boolean;
  /** Everything logged so far is written. */
  flush(): void;
}

/** pino to standard output or to a file; pretty where a person reads, JSON elsewhere. */
export function openLogger(config: ProxyConfig): ProxyLogger {
  const { logLevel: level, logFile } = config;
  // Synchronous: a line about a crash must not die with the process.
  const output = destination({ dest: logFile ?? 1, sync: true, mkdir: true });
  const stream = isPretty(config)
    ? PinoPretty({
        destination: output,
        colorize: logFile === null && process.env.NO_COLOR === undefined && process.stdout.isTTY,
        translateTime: 'SYS:HH:MM:ss.l',
        ignore: 'pid,hostname',
        singleLine: true,
      })
    : output;
  const options = { level, timestamp: stdTimeFunctions.isoTime, base: null };
  return {
    log: pino(options, multistream([{ stream, level: 'trace' }])),
    reopen: () => {
      if (logFile === null) return false;
      output.reopen();
      return true;
    },
    flush: () => output.flushSync(),
  };
}

function isPretty({ logFormat, logFile }: ProxyConfig): boolean {
  if (logFormat !== 'auto') return logFormat === 'pretty';
  return logFile === null && process.stdout.isTTY === true;
}
