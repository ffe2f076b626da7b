import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@spillway/test-kit/free-port';
import { type Child, startChild } from '../process/child.ts';
import { badFile, fileOf } from './scenario.ts';

const main = fileURLToPath(new URL('../../../apps/proxy/dist/main.js', import.meta.url));
const token = 'deploys';

/** What the proxy's log says of a request. */
export interface AccessLine {
  readonly time: string;
  readonly id: string;
  readonly service: string;
  readonly outcome: string;
  readonly queue_ms: number;
  readonly total_ms: number;
}

/** The proxy as people run it, changed by its file, its command line and its admin paths. */
export class ProxyUnderChange {
  readonly port: number;
  readonly #folder: string;
  readonly #origins: readonly [string, string];
  readonly #wrap: (command: string[]) => string[];
  readonly #child: Child;

  private constructor(
    child: Child,
    folder: string,
    origins: readonly [string, string],
    wrap: (command: string[]) => string[],
  ) {
    this.port = child.port;
    this.#child = child;
    this.#folder = folder;
    this.#origins = origins;
    this.#wrap = wrap;
  }

  static async start(
    folder: string,
    origins: readonly [string, string],
    engine: string,
    pins: { proxy(command: string[]): string[]; load(command: string[]): string[] },
  ): Promise<ProxyUnderChange> {
    const port = await freePort();
    writeFile(folder, fileOf(0, origins));
    const flags = [
      ...['--config', join(folder, 'proxy.json'), '--host', '127.0.0.1', '--port', String(port)],
      ...['--engine', engine, '--admin-token', token, '--log-file', join(folder, 'proxy.log')],
      ...['--pid-file', join(folder, 'proxy.pid')],
    ];
    const command = pins.proxy([process.execPath, main, 'start', ...flags]);
    const child = await startChild('spillway', command, port);
    return new ProxyUnderChange(child, folder, origins, pins.load);
  }

  /** Rejects where it is refused. */
  async reload(turn: number): Promise<void> {
    writeFile(this.#folder, fileOf(turn, this.#origins));
    await this.#ask('reload');
  }

  /** To a process of the same version; rejects where it fails. */
  async upgrade(): Promise<void> {
    const { code, text } = await this.#run(['upgrade', '--pid-file', this.#file('proxy.pid')]);
    if (code !== 0) throw new Error(`upgrade: exit ${code}: ${text}`);
  }

  pause(service: string): Promise<void> {
    return this.#ask(`pause?service=${service}`);
  }

  resume(service: string): Promise<void> {
    return this.#ask(`resume?service=${service}`);
  }

  /** A bad file, told by `proxy reload`: what was not as it should be; null: exit 2, and every fault named. */
  async refuse(): Promise<string | null> {
    const { file, faults } = badFile(this.#origins);
    writeFile(this.#folder, file);
    const url = `http://127.0.0.1:${this.port}`;
    const { code, text } = await this.#run(['reload', '--url', url, '--admin-token', token]);
    if (code !== 2) return `exit ${code}: ${text}`;
    const missing = faults.filter((fault) => !text.includes(fault));
    return missing.length === 0 ? null : `does not name ${missing.join(', ')}: ${text}`;
  }

  /** To be called once it has ended. */
  accessLines(): AccessLine[] {
    return this.#log().filter((line) => 'queue_ms' in line) as unknown as AccessLine[];
  }

  /** With all its generations: those that are replaced end by themselves, unless something of theirs goes on. */
  async stop(): Promise<void> {
    const upgraded = this.#log().filter(({ msg }) => String(msg).startsWith('upgraded'));
    for (const { pid } of upgraded) end(Number(pid));
    // It only counts as closed once nobody has its output any more.
    await this.#child.stop();
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  #log(): Record<string, unknown>[] {
    const lines = readFileSync(this.#file('proxy.log'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  }

  #run(args: string[]): Promise<{ code: number | null; text: string }> {
    const [program = '', ...rest] = this.#wrap([process.execPath, main, ...args]);
    return new Promise((resolve) => {
      const child = execFile(program, rest, (_error, out, err) => {
        resolve({ code: child.exitCode, text: out + err });
      });
    });
  }

  #ask(path: string): Promise<void> {
    const headers = { authorization: `Bearer ${token}` };
    const asked = { port: this.port, host: '127.0.0.1', method: 'POST', headers, agent: false };
    return new Promise((resolve, reject) => {
      request({ ...asked, path: `/proxy-admin/${path}` }, (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${path}: ${response.statusCode}`));
        });
      })
        .on('error', reject)
        .end();
    });
  }
}

const writeFile = (folder: string, file: object): void =>
  writeFileSync(join(folder, 'proxy.json'), JSON.stringify(file, null, 1));

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
