import type { LoadReport } from '@spillway/contracts';
import { formatNumber } from '@spillway/quantities';
import { wrapText } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';

/** The client's counts beside the proxy's; empty without --check-metrics. */
export function proxyCheckBlock({ proxy_check }: LoadReport, colour: ChalkInstance): string {
  if (proxy_check === null) return '';
  const rows = proxy_check.rows.flatMap(({ what, client, proxy, why }) => [
    [what.padEnd(24), formatNumber(client).padStart(9), formatNumber(proxy).padStart(9)].join(' '),
    ...(why === '' ? [] : [colour.dim(wrapText(`  ${why}`, 80, '    '))]),
  ]);
  const head = `${''.padEnd(24)} ${'here'.padStart(9)} ${'proxy'.padStart(9)}`;
  const verdict = proxy_check.agrees
    ? `${colour.green('✓')} the proxy counts the same`
    : `${colour.red('✗')} the proxy counts otherwise`;
  return [colour.dim(head), ...rows, verdict].join('\n');
}
