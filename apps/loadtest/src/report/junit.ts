import type { LoadReport } from '@spillway/contracts';
import { escapeXml } from './escape.ts';
import { formatMeasured } from './format-measured.ts';
import { verdictWords } from './verdict-words.ts';

/** Every threshold a test case, and the run itself one, for CI systems that list tests. */
export function renderJunit(report: LoadReport): string {
  const ran = report.verdict === 'passed' || report.verdict === 'threshold_missed';
  const cases = [
    testCase(
      report,
      'the run is valid',
      ran ? null : [verdictWords[report.verdict], ...report.warnings].join('; '),
    ),
    ...report.thresholds.map((threshold) => {
      const { expression, passed } = threshold;
      const failure = `${expression} holds: measured ${formatMeasured(threshold)}`;
      return testCase(report, `not ${expression}`, passed ? null : failure);
    }),
  ];
  const failures = cases.filter((xml) => xml.includes('<failure')).length;
  const totals = `tests="${cases.length}" failures="${failures}" errors="0" time="${report.duration}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="loadtest" ${totals}>`,
    `  <testsuite name="${escapeXml(report.url)}" timestamp="${escapeXml(report.started_at)}" skipped="0" ${totals}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ url, duration }: LoadReport, name: string, failure: string | null): string {
  const attributes = `classname="${escapeXml(url)}" name="${escapeXml(name)}" time="${duration}"`;
  if (failure === null) return `    <testcase ${attributes}/>`;
  return `    <testcase ${attributes}>\n      <failure message="${escapeXml(failure)}"/>\n    </testcase>`;
}
