import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadReportSchema } from '@spillway/contracts';
import { temporaryDirectory } from '@spillway/test-kit';
import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { type ReportFiles, reportFormats } from '../../src/report/report-formats.ts';
import { terminalReport } from '../../src/report/terminal/terminal-report.ts';
import { writeReports } from '../../src/report/write-reports.ts';
import { fixedReport } from './fixed-report.ts';
import { readXml } from './read-xml.ts';

const report = fixedReport();
const nothingMeasured = fixedReport({
  counts: {
    ...report.counts,
    sent: 0,
    outcomes: { ...report.counts.outcomes, ok: 0, status: 0, timeout: 0 },
    statuses: {},
    proxy_outcomes: {},
  },
  success_rate: 0,
  seconds: [],
});

function render(option: (typeof reportFormats)[number]['option'], of = report): string {
  const format = reportFormats.find((one) => one.option === option);
  if (!format) throw new Error(`no format ${option}`);
  return format.render(of, [of]);
}

describe('JSON', () => {
  it('is the contract, and reads back as the same', () => {
    expect(loadReportSchema.parse(JSON.parse(render('json')))).toEqual(report);
  });
});

describe('what could not be sent for want of something here', () => {
  const outcomes = { ...report.counts.outcomes, local: 7 };
  const counts = { ...report.counts, outcomes, local_errors: { EMFILE: 5, ENOBUFS: 2 } };
  const short = fixedReport({ counts, verdict: 'invalid', warnings: ['no descriptor left'] });

  it('is told with its causes by everything that lists outcomes', () => {
    expect(terminalReport(short, new Chalk({ level: 0 }))).toMatch(
      /^by outcome .* local 7$[\s\S]*^missing here {2}EMFILE 5 {2}ENOBUFS 2$/m,
    );
    expect(render('html', short)).toMatch(/<td>local<\/td><td>7<[\s\S]*<td>EMFILE<\/td><td>5</);
    expect(render('githubSummary', short)).toMatch(
      /\| local \| 7 \|[\s\S]*\| local EMFILE \| 5 \|/,
    );
    expect(render('junit', short)).toContain('run invalid; no descriptor left');
    expect(loadReportSchema.parse(JSON.parse(render('json', short)))).toEqual(short);
  });
});

describe('CSV', () => {
  it('has a row a second with as many cells as the heading, empty where nothing is known', () => {
    const [heading, ...rows] = render('csv').trimEnd().split('\r\n');
    expect(heading).toBe('second,sent,ok,failed,in_flight,p50,p95,p99');
    expect(rows).toHaveLength(report.seconds.length);
    for (const row of rows) expect(row.split(',')).toHaveLength(8);
    const { sent, ok, failed, in_flight, p50, p95, p99 } = report.seconds[3] ?? {};
    const numbers = rows[3]?.split(',').map(Number);
    expect(numbers).toEqual([3, sent, ok, failed, in_flight, p50, p95, p99]);
    const empty = { second: 0, sent: 1, ok: 0, failed: 1, in_flight: 0 };
    const unknown = fixedReport({ seconds: [{ ...empty, p50: null, p95: null, p99: null }] });
    expect(render('csv', unknown).split('\r\n')[1]).toBe('0,1,0,1,0,,,');
  });
});

describe('JUnit', () => {
  it('is well-formed, a test case a threshold, and names survive', () => {
    const [suites] = readXml(render('junit'));
    expect(suites).toMatchObject({ name: 'testsuites', attributes: { tests: '3', failures: '1' } });
    const [suite] = suites?.children ?? [];
    expect(suite?.attributes.name).toBe(report.url);
    const cases = suite?.children ?? [];
    expect(cases.map(({ attributes }) => attributes.name)).toEqual([
      'the run is valid',
      'not p95>500ms',
      'not errors>10%',
    ]);
    expect(cases.map(({ children }) => children.length)).toEqual([0, 1, 0]);
    expect(cases[1]?.children[0]?.attributes.message).toBe('p95>500ms holds: measured 612 ms');
  });

  it('fails the run itself when it means nothing', () => {
    const invalid = render('junit', fixedReport({ verdict: 'invalid', warnings: ['<\u0000>'] }));
    const [suites] = readXml(invalid);
    expect(suites?.attributes.failures).toBe('2');
    const failure = suites?.children[0]?.children[0]?.children[0];
    expect(failure?.attributes.message).toBe('run invalid; <\ufffd>');
  });
});

describe('the GitHub summary', () => {
  it('has its tables in shape, with the URL escaped', () => {
    const markdown = render('githubSummary');
    expect(markdown).toContain('## Load test: threshold missed');
    expect(markdown).toContain('a?b=&lt;c>&d="e"');
    expect(markdown).toContain('| ✗ missed | p95>500ms | 612 ms |');
    expect(markdown).toContain('| proxy says breaker\\_open | 34 |');
    const tables = markdown.split('\n\n').filter((block) => block.startsWith('|'));
    expect(tables).toHaveLength(4);
    for (const table of tables) {
      const widths = table
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });
});

describe('the benchmark entries', () => {
  it('are smaller when better, each with a name, unit and value', () => {
    const entries = JSON.parse(render('benchmarkJson')) as { name: string; value: number }[];
    expect(entries.map(({ name }) => name)).toEqual([
      'latency p50',
      'latency p95',
      'latency p99',
      'latency p99.9',
      'time per good answer',
      'errors',
    ]);
    expect(entries[5]).toEqual({ name: 'errors', unit: '%', value: 4 });
    expect(entries.every(({ value }) => Number.isFinite(value))).toBe(true);
  });
});

describe('HTML', () => {
  it('needs no other file: whatever it names is in it', () => {
    const html = render('html');
    expect(html).not.toMatch(/<(link|img|iframe)\b|\ssrc=|@import|url\(/i);
    expect(html).toContain("default-src 'none'");
  });

  it('shows text from outside as text', () => {
    const hostile = '</script><script>alert(1)</script>';
    const counts = { ...report.counts, proxy_outcomes: { [hostile]: 1 } };
    const options = { [hostile]: hostile };
    const html = render(
      'html',
      fixedReport({ url: hostile, warnings: [hostile], counts, options }),
    );
    expect(html).not.toContain('<script>alert');
    expect(html.match(/<script/g)).toHaveLength(3);
  });
});

describe('the terminal', () => {
  const plain = terminalReport(report, new Chalk({ level: 0 }));

  it('shows all of it within 80 columns', () => {
    expect(plain.split('\n').filter((line) => line.length > 80)).toEqual([
      // A command to copy stays in one piece.
      expect.stringMatching(/^advice: /),
    ]);
    for (const part of [
      'sent               2,000  in 20 s',
      'not sent               7  due, but too many were under way',
      'proxy says    breaker_open 34  queue_full 26',
      'from sending  ',
      'sent late by  ',
      '✗ holds: p95>500ms (measured 612 ms)',
      '✓ not errors>10% (measured 4.3 %)',
      'warning: the schedule ran late',
      '✓ the proxy counts the same',
    ]) {
      expect(plain).toContain(part);
    }
    expect(plain).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('says the same in colour', () => {
    const painted = terminalReport(report, new Chalk({ level: 1 }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });
});

it('every format says something of a run without a single answer', () => {
  for (const { option } of reportFormats) {
    expect(() => render(option, nothingMeasured), option).not.toThrow();
  }
});

it('the summary of one step does not replace that of another', () => {
  const cwd = temporaryDirectory();
  const none = { json: null, html: null, junit: null, csv: null, benchmarkJson: null };
  const files: ReportFiles = { ...none, githubSummary: 'summary.md', csv: 'a.csv' };
  expect(writeReports(report, [report], files, cwd)).toEqual([]);
  expect(writeReports(report, [report], files, cwd)).toEqual([]);
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
  expect(read('summary.md')).toBe(render('githubSummary').repeat(2));
  expect(read('a.csv')).toBe(render('csv'));
});
