import type { Interval } from '@spillway/diagnosis';
import type { Reading } from '../poll/reading.ts';
import { recordingLine } from '../poll/recording.ts';
import type { WatchedProxy } from '../watch/watched-proxy.ts';
import type { Output } from './output.ts';

/** A line a poll: what --record writes, of one service if that is asked for, with what it means beside it. */
export function jsonOutput(out: (line: string) => void, service: string | null): Output {
  return {
    show: (reading, proxy) => {
      const shown = service === null ? proxy : proxy.services.get(service);
      if (shown === undefined && reading.result.ok) return;
      const { latest, failing, restart, alerts } = shown ?? proxy;
      const { at, ...rest } = JSON.parse(recordingLine(ofShown(reading, shown)));
      const line = {
        at,
        url: reading.url,
        ...(service === null ? {} : { service }),
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

function ofShown(reading: Reading, shown: WatchedProxy | undefined): Reading {
  if (!reading.result.ok || !shown?.latest) return reading;
  return { ...reading, result: { ok: true, snapshot: shown.latest.snapshot } };
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
