import type { LoadReport } from '@spillway/contracts';
import { decodeHistogram, newHistogram } from './histogram.ts';
import { latencyOf } from './latency.ts';
import type { RecorderState } from './recorder.ts';
import { loadSecond } from './second-series.ts';

/** The parts of a report that follow from what was recorded. */
export type RecordedParts = Pick<
  LoadReport,
  'duration' | 'counts' | 'rates' | 'received_bytes' | 'success_rate' | 'latency' | 'seconds'
>;

/**
 * Rates count what ended within the time measured (`measuredMs`), over that time: a straggler that drains for 30 s
 * would otherwise halve the rate of a run of 30 s. Counts and latencies hold everything.
 */
export function summarize(state: RecorderState, durationMs: number): RecordedParts {
  const { settings, outcomes, within, histograms, sent } = state;
  const duration = durationMs / 1_000;
  const perSecond = (count: number): number => (duration > 0 ? count / duration : 0);
  const finished = sent - outcomes.unfinished;
  const [good, other, service, lateness] = [
    decodeHistogram(histograms.good),
    decodeHistogram(histograms.other),
    decodeHistogram(histograms.service),
    decodeHistogram(histograms.lateness),
  ];
  const all = newHistogram();
  all.add(good);
  all.add(other);
  return {
    duration,
    counts: {
      sent,
      outcomes: { ...outcomes },
      statuses: { ...state.statuses },
      proxy_outcomes: { ...state.proxyOutcomes },
      local_errors: { ...state.localErrors },
      dropped: state.dropped,
    },
    rates: {
      requests_per_second: perSecond(within.ended),
      ok_per_second: perSecond(within.ok),
      received_bytes_per_second: perSecond(within.bytes),
    },
    received_bytes: state.receivedBytes,
    success_rate: finished > 0 ? (100 * outcomes.ok) / finished : 0,
    latency: {
      good: latencyOf(good),
      all: latencyOf(all),
      service: settings.open ? latencyOf(service) : null,
      lateness: settings.open ? latencyOf(lateness) : null,
    },
    seconds: state.seconds.map(loadSecond),
  };
}
