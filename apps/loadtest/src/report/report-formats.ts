import type { LoadReport } from '@spillway/contracts';
import { renderBenchmarkJson } from './benchmark-json.ts';
import { renderCsv } from './csv.ts';
import { renderGithubSummary } from './github-summary.ts';
import { renderHtml } from './html/html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';

/** Files that a report can be written to. A new one is a file here, its test, an option and a line. */
export const reportFormats = [
  { option: 'json', render: renderJson, append: false },
  { option: 'html', render: renderHtml, append: false },
  { option: 'junit', render: renderJunit, append: false },
  { option: 'csv', render: renderCsv, append: false },
  { option: 'githubSummary', render: renderGithubSummary, append: true },
  { option: 'benchmarkJson', render: renderBenchmarkJson, append: false },
] as const satisfies readonly ReportFormat[];

export type ReportOption = (typeof reportFormats)[number]['option'];

export interface ReportFormat {
  /** Key of the option that names the file. */
  readonly option: string;
  /** `runs` are all of --repeat, `report` the middle one. */
  readonly render: (report: LoadReport, runs: readonly LoadReport[]) => string;
  /** Several steps share the file. */
  readonly append: boolean;
}

/** Which file each format goes to; null leaves it out. */
export type ReportFiles = Readonly<Record<ReportOption, string | null>>;
