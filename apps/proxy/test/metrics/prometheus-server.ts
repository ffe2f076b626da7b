import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@spillway/test-kit';
import { onTestFinished } from 'vitest';

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

export interface PrometheusJob {
  readonly name: string;
  readonly port: number;
  /** File that holds the token to show. */
  readonly credentialsFile?: string;
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

/** A start and a few scrapes, on a busy machine. */
const patienceMs = 25_000;

/** A Prometheus of its own that scrapes these jobs five times a second; gone when the test is over. */
export class PrometheusServer {
  readonly #url: string;
  readonly #child: ChildProcess;
  #said = '';

  private constructor(url: string, child: ChildProcess) {
    this.#url = url;
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
  }

  static async start(jobs: readonly PrometheusJob[]): Promise<PrometheusServer> {
    const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const config = join(directory, 'prometheus.yml');
    writeFileSync(config, configOf(jobs));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=warn',
      ],
      { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const ended = new Promise((resolve) => child.once('close', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    });
    return new PrometheusServer(`http://${address}`, child);
  }

  /** The result of an instant query, once it is as wanted. */
  async query(query: string, wanted: (series: readonly Series[]) => boolean): Promise<Series[]> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const answer = await this.get(`/api/v1/query?query=${encodeURIComponent(query)}`);
      if (answer?.error !== undefined) throw new Error(`${query}: ${answer.error}`);
      const series = (answer?.data as { result: Series[] } | undefined)?.result ?? [];
      if (answer !== null && wanted(series)) return series;
      if (performance.now() > giveUpAt || this.#child.exitCode !== null) {
        throw new Error(`${query} stays ${JSON.stringify(series)}\n${this.#said}`);
      }
      await delay(50);
    }
  }

  /** Null while it is not there yet. */
  async get(path: string): Promise<{ data?: unknown; error?: string } | null> {
    const response = await fetch(this.#url + path).catch(() => null);
    // 503: it has not read its storage yet.
    if (response === null || response.status === 503) return null;
    return (await response.json()) as { data?: unknown; error?: string };
  }
}

const configOf = (jobs: readonly PrometheusJob[]): string => `
global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs:
${jobs.map(jobLine).join('\n')}
`;

function jobLine({ name, port, credentialsFile }: PrometheusJob): string {
  const authorization =
    credentialsFile === undefined
      ? ''
      : `authorization: { credentials_file: ${credentialsFile} }, `;
  const targets = `static_configs: [{ targets: ["127.0.0.1:${port}"] }]`;
  return `  - { job_name: ${name}, metrics_path: /proxy-metrics, ${authorization}${targets} }`;
}
