import { ListeningProxy } from '@spillway/test-kit';
import { RawClient } from '../kit/raw-client.ts';
import { eventually, within } from '../kit/waiting-line.ts';

/** A process that ends on a busy machine takes its time. */
const endPatienceMs = 20_000;

/** A line of the log. */
export type LogLine = Record<string, unknown> & { msg: string };

/** The proxy as people run it: a process of its own, from its sources. */
export class ProxyProcess extends ListeningProxy {
  get pid(): number {
    return this.child.pid as number;
  }

  /** Lines of the log on standard output, in JSON. */
  get log(): LogLine[] {
    return linesOf(this.stdout);
  }

  /** The first line that fits, once it is there. */
  async logged(fits: (line: LogLine) => boolean): Promise<LogLine> {
    let found: LogLine | undefined;
    await eventually(() => {
      found = this.log.find(fits);
      if (found === undefined) throw new Error(`no such line yet in: ${this.stdout}`);
    });
    return found as LogLine;
  }

  connect(): Promise<RawClient> {
    return RawClient.connect(this.port);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async exitCode(): Promise<number | null> {
    const what = () => `the end of the process (${this.stdout})`;
    return (await within(this.ended, what, endPatienceMs)).code;
  }
}

export const linesOf = (text: string): LogLine[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
