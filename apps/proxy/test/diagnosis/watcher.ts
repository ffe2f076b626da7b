import { type Finding, metricsSnapshotSchema } from '@spillway/contracts';
import { diagnose, type Observation, observe } from '@spillway/diagnosis';
import { bytesOfRequest } from '../admission/ask.ts';
import { RawClient } from '../kit/raw-client.ts';

const pollMs = 200;
const patienceMs = 15_000;

/** A proxy in this process, or in one of its own. */
interface Watched {
  readonly port: number;
}

/** Polls a proxy's metrics over HTTP, as those outside do, and remembers every finding there was. */
export class Watcher {
  readonly #proxy: Watched;
  /** Clients and backend share it with the proxy here: most often it tells of the test, and how fast the machine is. */
  readonly #seesEventLoop: boolean;
  readonly #series: Observation[] = [];
  readonly #rules = new Set<string>();

  constructor(proxy: Watched, { seesEventLoop = false } = {}) {
    this.#proxy = proxy;
    this.#seesEventLoop = seesEventLoop;
  }

  /** Names of all rules that have found anything so far. */
  get rules(): string[] {
    return [...this.#rules].sort();
  }

  get finished(): number {
    return this.#series.at(-1)?.finished ?? 0;
  }

  get polls(): number {
    return this.#series.length;
  }

  async poll(): Promise<Finding[]> {
    const snapshot = metricsSnapshotSchema.parse(await this.#metrics());
    const seen = observe(snapshot, performance.now() / 1000);
    const calm = { ...seen, eventLoop: { utilization: 0, delayP99: 0 } };
    this.#series.push(this.#seesEventLoop ? seen : calm);
    const findings = diagnose(this.#series);
    for (const { rule } of findings) this.#rules.add(rule);
    return findings;
  }

  /** Until a poll's findings satisfy the condition. */
  async until(what: string, holds: (findings: readonly Finding[]) => boolean): Promise<Finding[]> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const findings = await this.poll();
      if (holds(findings)) return findings;
      if (performance.now() > giveUpAt) {
        throw new Error(`${what} did not come; there is ${this.#told(findings)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  async found(rule: string): Promise<Finding> {
    const findings = await this.until(rule, (all) => all.some((one) => one.rule === rule));
    return findings.find((one) => one.rule === rule) as Finding;
  }

  /** Until as much has been seen as is enough to find what there is. */
  async seen(requests: number): Promise<string[]> {
    const enough = this.polls + 8;
    const target = this.finished + requests;
    await this.until(`${requests} more requests`, () => {
      return this.polls >= enough && this.finished >= target;
    });
    return this.rules;
  }

  async #metrics(): Promise<unknown> {
    const client = await RawClient.open(this.#proxy.port);
    try {
      await client.send(bytesOfRequest({ path: '/proxy-metrics' }));
      const { body } = await client.readResponse();
      return JSON.parse(body.toString());
    } finally {
      client.destroy();
    }
  }

  #told(findings: readonly Finding[]): string {
    const { config: _, ...last } = this.#series.at(-1) as Observation;
    return JSON.stringify({ findings, last }, null, 1);
  }
}
