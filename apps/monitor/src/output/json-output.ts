import type { Interval } from '@spillway/diagnosis';
import { recordingLine } from '../poll/recording.ts';
import type { Output } from './output.ts';

/** A line a poll: what --record writes, with what it means beside it. */
export function jsonOutput(out: (line: string) => void): Output {
  return {
    show: (reading, { latest, failing, restart, alerts }) => {
      const { at, ...rest } = JSON.parse(recordingLine(reading));
      const line = {
        at,
        url: reading.url,
        state: failing ? (latest ? 'stale' : 'unreachable') : 'live',
        restarted: restart?.at === reading.at,
        took_ms: reading.tookMs === null ? null : Math.round(reading.tookMs * 100) / 100,
        since_last_poll: failing || !latest?.interval ? null : intervalJson(latest.interval),
        findings: alerts,
        ...rest,
      };
      out(JSON.stringify(line));
    },
    close: () => {},
  };
}

function intervalJson(interval: Interval) {
  return {
    seconds: interval.seconds,
    requests: interval.requests,
    requests_per_second: interval.requestsPerSecond,
    failures: interval.failures,
    failures_per_second: interval.failuresPerSecond,
    timeouts: interval.timeouts,
    queue_rejected: interval.queueRejected,
    client_aborted: interval.clientAborted,
    retries: interval.retries,
    outcomes: interval.byOutcome,
  };
}
