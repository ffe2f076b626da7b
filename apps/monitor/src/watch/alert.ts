import type { Finding, FindingSeverity, MetricsSnapshot } from '@spillway/contracts';

/** From the gravest on. */
export const severities: readonly FindingSeverity[] = ['critical', 'warning', 'hint'];

export function isAsGraveAs(finding: Finding, floor: FindingSeverity): boolean {
  return severities.indexOf(finding.severity) <= severities.indexOf(floor);
}

/** The findings, and the proxy's own word where none of them is as grave. */
export function alertsOf(
  snapshot: MetricsSnapshot,
  findings: readonly Finding[],
  service?: string,
): Finding[] {
  const own = ownWord(snapshot, service);
  const known = own === null || findings.some((finding) => isAsGraveAs(finding, own.severity));
  return known ? [...findings] : [own, ...findings];
}

/** What the proxy says of itself, from the first poll on; a finding takes several. */
function ownWord({ status, reasons }: MetricsSnapshot, service?: string): Finding | null {
  if (status === 'healthy') return null;
  return {
    rule: 'health',
    severity: status === 'unhealthy' ? 'critical' : 'warning',
    ...(service === undefined ? {} : { service }),
    upstream: null,
    symptom: `${status}: ${reasons.join('; ') || 'no reason given'}`,
    evidence: [],
    cause: 'this is what the proxy says of itself',
    remedy: 'watch for longer (--once: add --duration 30s)',
    changes: [],
    for_seconds: 0,
  };
}
