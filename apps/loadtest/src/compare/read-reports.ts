import { readFileSync } from 'node:fs';
import { type LoadReport, loadReportSchema } from '@spillway/contracts';

export type ReadReports =
  | { readonly ok: true; readonly reports: readonly LoadReport[] }
  | { readonly ok: false; readonly problem: string };

/** What `--json` wrote: one report, or an array of them as `--repeat` writes. */
export function readReports(path: string): ReadReports {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { ok: false, problem: `${path}: ${(error as Error).message}` };
  }
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0) return { ok: false, problem: `${path} holds no report.` };
  const reports: LoadReport[] = [];
  for (const item of items) {
    const parsed = loadReportSchema.safeParse(item);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue?.path.join('.') || 'the whole';
      return { ok: false, problem: `${path} is no load report: ${where}: ${issue?.message}` };
    }
    reports.push(parsed.data);
  }
  return { ok: true, reports };
}
