import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadReportSchema } from '@spillway/contracts';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { fixedReport } from '../report/fixed-report.ts';
import { runLoadtest } from './run-loadtest.ts';

function folderWithReports(): string {
  const cwd = temporaryDirectory();
  const part = { knee: null, proxy_check: null, thresholds: [], verdict: 'passed' as const };
  writeFileSync(join(cwd, 'a.json'), renderJson(fixedReport(part)));
  writeFileSync(join(cwd, 'b.json'), renderJson(fixedReport(part)));
  return cwd;
}

describe('loadtest merge', () => {
  it('adds reports and judges the whole', async () => {
    const cwd = folderWithReports();
    const argv = ['merge', 'a.json', 'b.json', '--fail-if', 'errors>1%', '--json', 'sum.json'];
    const { code, stdout } = await runLoadtest(argv, { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('✗ holds: errors>1%');
    const sum = loadReportSchema.parse(JSON.parse(readFileSync(join(cwd, 'sum.json'), 'utf8')));
    expect(sum.counts.sent).toBe(4_000);
    expect(sum.latency.good.p50).toBe(fixedReport().latency.good.p50);
  });

  it('refuses what it has no use for, and files that are none', async () => {
    const cwd = folderWithReports();
    const load = await runLoadtest(['merge', 'a.json', '--concurrent', '5', '--quite'], { cwd });
    expect(load.code).toBe(2);
    expect(load.stderr).toContain('flag --concurrent: means nothing to merge');
    expect(load.stderr).toContain('did you mean --quiet?');
    const missing = await runLoadtest(['merge', 'a.json', 'missing.json'], { cwd });
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('argument missing.json');
  });

  it('shows in its help only what it takes', async () => {
    const { code, stdout } = await runLoadtest(['merge', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--fail-if');
    expect(stdout).not.toContain('--concurrent');
  });
});
