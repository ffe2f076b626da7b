import { close, write } from 'node:fs';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { ProxyConfig } from '../config/proxy-options.ts';
import { openLogFile, unblockedOutput } from './log-output.ts';
import { LogSink, type LogTrouble } from './log-sink.ts';
import type { LogLosses } from './process-gauges.ts';

export interface ProxyLogger {
  readonly log: Logger;
  /** Writes a line of JSON, newline included, that is put together already. */
  readonly writeLine: (line: string) => void;
  /** What the log has lost. */
  readonly losses: LogLosses;
  /** Opens --log-file anew, after logrotate has moved it away. Where that fails the old file stays in use. */
  reopen(): Promise<void>;
  /** Resolves once everything logged so far is written, or can't be for now. */
  close(): Promise<void>;
}

/** Logs to standard output or to a file; pretty where a person reads, JSON elsewhere. Rejects without the file. */
export async function openLogger(config: ProxyConfig): Promise<ProxyLogger> {
  const { logLevel: level, logFile } = config;
  const where = logFile === null ? 'standard output' : `--log-file ${logFile}`;
  const sink = new LogSink(logFile === null ? unblockedOutput(1) : await openLogFile(logFile), {
    onFailure: ({ message }) =>
      complain(
        `cannot write the log to ${where}: ${message}; lines are held and then dropped, and writing is tried again every second`,
      ),
    onRecovery: (trouble) => log.warn(recoveryOf(trouble)),
  });
  const pretty = isPretty(config) ? prettyLine(config) : null;
  const writeLine = (line: string) => sink.write(pretty === null ? line : pretty(line));
  const log = pino(
    { level, timestamp: stdTimeFunctions.isoTime, base: null },
    { write: writeLine },
  );
  process.on('uncaughtExceptionMonitor', (error) => log.fatal({ err: error }, 'crashed'));
  process.on('exit', () => sink.flushSync());
  return {
    log,
    writeLine,
    losses: sink,
    reopen: async () => {
      if (logFile === null) return;
      try {
        sink.switchTo(await openLogFile(logFile));
        log.info('log file reopened');
      } catch (error) {
        const fault = `cannot reopen ${where}: ${(error as Error).message}; the old file stays in use`;
        log.error(fault);
        // Nobody may find the old file any more.
        complain(fault);
      }
    },
    close: () => sink.close(),
  };
}

function recoveryOf({ linesDropped, failedWrites }: LogTrouble): string {
  const dropped = `${linesDropped} log lines were dropped`;
  if (failedWrites === 0) return `${dropped}: the reader of the log was too slow`;
  return `${dropped}: the log can be written again, after ${failedWrites} failed writes`;
}

/** About the log, which can't carry it: on standard error, without waiting for whoever reads that. */
function complain(fault: string): void {
  const fd = unblockedOutput(2);
  write(fd, `spillway: ${fault}\n`, () => {
    if (fd !== 2) close(fd, () => {});
  });
}

function isPretty({ logFormat, logFile }: ProxyConfig): boolean {
  if (logFormat !== 'auto') return logFormat === 'pretty';
  return logFile === null && process.stdout.isTTY === true;
}

function prettyLine({ logFile }: ProxyConfig): (line: string) => string {
  return prettyFactory({
    colorize: logFile === null && process.env.NO_COLOR === undefined && process.stdout.isTTY,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname',
    singleLine: true,
  });
}
