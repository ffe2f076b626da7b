import type { LoadReport, MetricsSnapshot } from '@spillway/contracts';
import {
  type ClientCounts,
  type ComparedCount,
  comparedCounts,
  givenUp,
} from './compared-counts.ts';

type ProxyCheck = NonNullable<LoadReport['proxy_check']>;

export interface ProxyCheckInput {
  readonly counts: ClientCounts;
  readonly before: MetricsSnapshot;
  readonly after: MetricsSnapshot;
  /** Requests sent between the two snapshots that `counts` leaves out: a warm-up. */
  readonly uncounted?: number;
}

export type CheckedProxy =
  | { readonly ok: true; readonly check: ProxyCheck }
  | { readonly ok: false; readonly problem: string };

/**
 * Compares what the client counted with what the proxy counted meanwhile, and explains what differs. They agree
 * when no more differs than requests whose end each side sees its own way, and the warm-up.
 */
export function checkProxy({
  counts,
  before,
  after,
  uncounted = 0,
}: ProxyCheckInput): CheckedProxy {
  if (
    after.process.uptime < before.process.uptime ||
    after.metrics.total_requests < before.metrics.total_requests
  ) {
    return { ok: false, problem: 'The proxy was restarted during the run: its counts began anew.' };
  }
  const found = comparedCounts
    .map((compared) => {
      const client = compared.client(counts);
      const proxy = readProxy(compared, after) - readProxy(compared, before);
      const { agrees, why } = explain(
        compared,
        proxy - client,
        unsureOf(compared, counts),
        uncounted,
      );
      return { agrees, row: { what: compared.what, client, proxy, why } };
    })
    // Outcomes that neither saw would only fill the table.
    .filter(({ row }, at) => 'counter' in comparedCounts[at]!.proxy || row.client + row.proxy > 0);
  return {
    ok: true,
    check: { agrees: found.every(({ agrees }) => agrees), rows: found.map(({ row }) => row) },
  };
}

function readProxy({ proxy }: ComparedCount, { metrics }: MetricsSnapshot): number {
  return 'counter' in proxy ? metrics[proxy.counter] : (metrics.outcomes[proxy.outcome] ?? 0);
}

interface Unsure {
  readonly count: number;
  readonly why: string;
}

/** Requests that the proxy may never have seen, or may have ended differently from what the client saw. */
function unsureOf({ what }: ComparedCount, counts: ClientCounts): Unsure {
  const { refused, reset, truncated, protocol_error } = counts.outcomes;
  const left = givenUp(counts);
  if (what === 'requests') {
    return {
      count: refused + reset + left,
      why: `${refused} refused, ${reset} reset and ${left} given up by the client may never have arrived`,
    };
  }
  const cut = reset + truncated + protocol_error;
  return {
    count: left + cut,
    why: `${left} were given up by the client and ${cut} cut: the proxy may have ended them otherwise`,
  };
}

function explain(
  { proxyMore, clientMore }: ComparedCount,
  more: number,
  unsure: Unsure,
  uncounted: number,
): { agrees: boolean; why: string } {
  if (more === 0) return { agrees: true, why: '' };
  const warmUp = more > 0 ? uncounted : 0;
  const reasons: string[] = [];
  if (warmUp > 0) reasons.push(`${warmUp} of the warm-up are not counted by the client`);
  if (unsure.count > 0) reasons.push(unsure.why);
  const agrees = Math.abs(more) <= unsure.count + warmUp;
  if (!agrees) {
    const side = more > 0 ? `more at the proxy: ${proxyMore}` : `fewer at the proxy: ${clientMore}`;
    reasons.unshift(`${Math.abs(more)} ${side}`);
  }
  return { agrees, why: reasons.join('; ') };
}
