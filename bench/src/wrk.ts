import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotRun } from './benchmark.ts';

/** What wrk counted in one run. */
export interface WrkResult {
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers from status 400 on, and failures of sockets. */
  badStatuses: number;
  socketErrors: number;
}

export interface Load {
  url: string;
  seconds: number;
  connections: number;
  /** Bytes of a POST body; GET without body when undefined. */
  postBytes: number | undefined;
  /** Fields of the requests, besides wrk's own. */
  fields?: Readonly<Record<string, string>> | undefined;
}

const wrk = 'wrk';

export function requireWrk(): void {
  if (spawnSync(wrk, ['-v']).error) throw new CannotRun('wrk is missing: apt-get install wrk');
}

/** Prints the summary as one line of JSON: wrk's own text has no stable form. */
function script({ postBytes, fields = {} }: Load): string {
  const post =
    postBytes === undefined
      ? ''
      : `wrk.method = "POST"
wrk.body = string.rep("x", ${postBytes})
wrk.headers["Content-Type"] = "application/octet-stream"
`;
  const others = Object.entries(fields).map(
    ([name, value]) => `wrk.headers["${name}"] = "${value}"\n`,
  );
  return `${post}${others.join('')}function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,"badStatuses":%d,"socketErrors":%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.status, e.connect + e.read + e.write + e.timeout))
end
`;
}

/** The last line of wrk's output. Throws with all of it when that isn't the summary. */
export function parseWrk(output: string): WrkResult {
  const line = output.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`wrk failed:\n${output.trim()}`);
  return JSON.parse(line) as WrkResult;
}

/** One run of wrk; `wrap` may put a command such as taskset before it. */
export async function runWrk(
  load: Load,
  wrap: (command: string[]) => string[],
): Promise<WrkResult> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  try {
    const lua = join(folder, 'load.lua');
    writeFileSync(lua, script(load));
    const [program = '', ...args] = wrap([
      wrk,
      ...['-t', '1', '-c', String(load.connections), '-d', `${load.seconds}s`, '-s', lua, load.url],
    ]);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
    return parseWrk(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
