import type { LoadReport } from '@spillway/contracts';
import { type CheckedProxy, checkProxy } from '../proxy-check/check-proxy.ts';
import { readProxyMetrics, readSettledMetrics } from '../proxy-check/read-proxy-metrics.ts';

export interface ProxyWatch {
  /** What the proxy counted since, beside what was counted here and what the warm-up sent. */
  compare(counts: LoadReport['counts'], uncounted: number): Promise<CheckedProxy>;
}

/** Takes the proxy's counts now; a proxy that does not answer is a problem of the comparison. */
export async function watchProxy(url: URL, token: string | null): Promise<ProxyWatch> {
  const before = await readProxyMetrics(url, token);
  return {
    compare: async (counts, uncounted) => {
      if (!before.ok) return before;
      const after = await readSettledMetrics(url, token);
      if (!after.ok) return after;
      return checkProxy({
        counts,
        before: before.snapshot,
        after: after.snapshot,
        uncounted,
      });
    },
  };
}
