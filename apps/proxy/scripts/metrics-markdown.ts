import { families } from '../src/own/exposition/families.ts';
import type { Family } from '../src/own/exposition/family.ts';
import { labelBudget } from '../src/own/exposition/label-budget.ts';

/** docs/metrics.md: what Prometheus is told, from the list that is exposed. */
export function metricsMarkdown(): string {
  return `# Metrics for Prometheus

<!-- Generated from apps/proxy/src/own/exposition; change it there and run pnpm write-docs. -->

\`GET /proxy-metrics\` answers a scraper in OpenMetrics 1.0 or in the text format 0.0.4, whichever its \`Accept\` prefers;
\`?format=openmetrics\` and \`?format=prometheus\` choose it by hand. Everybody else gets [JSON](../README.md), which holds more:
percentiles of the last minute, rates, reasons and the configuration in force.

Units are seconds, bytes and ratios from 0 to 1. Counters start at 0 with the process. Histograms reach from 1 ms to 600 s, in
the buckets \`le\` of all of them. \`upstream\` is the target's scheme, host and port; \`outcome\` is one of
[outcomes.md](outcomes.md).

Where the file names several services, every metric of a service has the label \`service\` too, and those of
the process (from \`spillway_health\` on) have none. With one service there is no such label: \`sum without (service)\` and
\`{service=~".*"}\` work with both. The first ${labelBudget.services} services and their first ${labelBudget.targets} targets, in the order of the file, have series of
their own. The counters and histograms of all others are summed under \`service="(other)"\` and \`upstream="(other)"\`, so that
totals stay right; their gauges are left out, since most of them mean nothing as a sum. \`spillway_unlisted\` says how many they
are; the JSON has all of them.

${table()}

## To scrape, draw and alert

- [deploy/prometheus/prometheus.yml](../deploy/prometheus/prometheus.yml): a scrape configuration, with the token that
  \`--admin-token\` asks for.
- [deploy/prometheus/alerts.yml](../deploy/prometheus/alerts.yml): alerts, with what to do; their tests are beside them.
- [deploy/grafana/spillway.json](../deploy/grafana/spillway.json): a dashboard to import into Grafana 11 or later.

Some questions, as queries:

| Question | Query |
| --- | --- |
| Answers a second, by outcome | \`sum by (outcome) (rate(spillway_requests_total[5m]))\` |
| Share of requests that failed | \`sum(rate(spillway_requests_total{outcome!~"ok\\|client_gone"}[5m])) / sum(rate(spillway_requests_total{outcome!="client_gone"}[5m]))\` |
| 95th percentile of the whole answer | \`histogram_quantile(0.95, sum by (le) (rate(spillway_response_seconds_bucket[5m])))\` |
| Requests at the upstreams, of the limit | \`1 - sum(spillway_slots_available) / sum(spillway_concurrency_limit)\` |
| Requests in the queue, by service | \`sum by (service) (spillway_queue_size)\` |
| Breakers that are open | \`spillway_upstream_breaker_state{state="open"} == 1\` |
| Work a request costs the proxy | \`sum(rate(process_cpu_seconds_total{job="spillway"}[5m])) / sum(rate(spillway_requests_total[5m]))\` |
`;
}

function table(): string {
  const rows = families.map((family) => [
    `\`${family.name}\``,
    typeOf(family),
    family.labels.map((label) => `\`${label}\``).join(', '),
    family.help,
  ]);
  return [['Name', 'Type', 'Labels', 'Meaning'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const typeOf = ({ type }: Family): string => (type === 'info' ? 'info, always 1' : type);
