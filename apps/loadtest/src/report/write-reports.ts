import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { LoadReport } from '@spillway/contracts';
import { type ReportFiles, reportFormats } from './report-formats.ts';

/** Writes every file asked for, also when one fails; gives what went wrong, a line each. */
export function writeReports(report: LoadReport, files: ReportFiles, cwd: string): string[] {
  return reportFormats.flatMap(({ option, render, append }) => {
    const file = files[option];
    if (file === null) return [];
    const path = resolve(cwd, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (append) appendFileSync(path, render(report));
      else writeFileSync(path, render(report));
      return [];
    } catch (error) {
      return [`cannot write ${file}: ${(error as NodeJS.ErrnoException).code ?? error}`];
    }
  });
}
