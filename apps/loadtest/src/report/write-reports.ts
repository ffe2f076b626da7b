import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { LoadReport } from '@spillway/contracts';
import {
  type ReportFiles,
  type ReportFormat,
  type ReportOption,
  reportFormats,
} from './report-formats.ts';

/** Writes every file asked for, also when one fails; gives what went wrong, a line each. */
export function writeReports(
  report: LoadReport,
  runs: readonly LoadReport[],
  files: ReportFiles,
  cwd: string,
): string[] {
  const formats: readonly (ReportFormat & { readonly option: ReportOption })[] = reportFormats;
  return formats.flatMap(({ option, render, append }) => {
    const file = files[option];
    if (file === null) return [];
    const path = resolve(cwd, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (append) appendFileSync(path, render(report, runs));
      else writeFileSync(path, render(report, runs));
      return [];
    } catch (error) {
      return [`cannot write ${file}: ${(error as NodeJS.ErrnoException).code ?? error}`];
    }
  });
}
