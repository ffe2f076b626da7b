import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** How an upgrade went, for whoever waits for it. */
export interface UpgradeReport {
  /** ms since 1970, so that no two are the same. */
  readonly at: number;
  readonly from: number;
  /** Null: it failed, and `from` goes on. */
  readonly to: number | null;
  readonly why: string | null;
  /** With which the successor ended; null: it did not end by itself, or there was none. */
  readonly code: number | null;
}

/** Says which process serves, and beside it how the last upgrade went. Methods throw what the file system says. */
export class PidFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get reportPath(): string {
    return `${this.path}.upgrade`;
  }

  /** Null: there is no such file, or it holds something else. */
  read(): number | null {
    const text = readOrNull(this.path)?.trim() ?? '';
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
  }

  write(pid: number): void {
    replace(this.path, `${pid}\n`);
  }

  /** A process that has a successor leaves the file to that one. */
  removeIf(pid: number): void {
    if (this.read() !== pid) return;
    rmSync(this.path, { force: true });
    rmSync(this.reportPath, { force: true });
  }

  readReport(): UpgradeReport | null {
    const text = readOrNull(this.reportPath);
    return text === null ? null : JSON.parse(text);
  }

  report(report: UpgradeReport): void {
    replace(this.reportPath, `${JSON.stringify(report)}\n`);
  }
}

/** Whoever reads finds the old file or the new one, and never a part. */
function replace(path: string, text: string): void {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, text, { mode: 0o644 });
  renameSync(part, path);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
