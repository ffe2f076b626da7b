import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadReport, loadReportSchema } from '@spillway/contracts';

export interface LoadOptions {
  /** The load tester's program, and what to put before it to pin it. */
  readonly program: string;
  readonly wrap: (command: string[]) => string[];
  readonly url: string;
  readonly seconds: number;
  readonly concurrent: number;
  readonly failIf: string;
}

/** One run of the load tester as a process. Rejects, with what it wrote, when it gives no report. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { program, wrap, url, seconds, concurrent, failIf } = options;
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  const json = join(folder, 'report.json');
  try {
    const [node = '', ...args] = wrap([
      process.execPath,
      ...[program, '--url', url, '--concurrent', String(concurrent), '--duration', `${seconds}s`],
      ...['--timeout', '10s', '--fail-if', failIf, '--json', json],
    ]);
    // Its own working directory, where no configuration file lies.
    const child = spawn(node, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    await once(child, 'close');
    if (!existsSync(json)) throw new Error(`the load tester wrote no report:\n${output.trim()}`);
    return loadReportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
