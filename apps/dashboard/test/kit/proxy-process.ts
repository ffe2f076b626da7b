import type { MetricsSnapshot } from '@spillway/contracts';
import { ListeningProxy } from '@spillway/test-kit';

/** The proxy as people run it, from its sources, on loopback; killed when the test is over. */
export class ProxyProcess extends ListeningProxy {
  constructor(flags: readonly string[]) {
    super(['--no-access-log', '--host', '127.0.0.1', ...flags]);
  }

  async metrics(): Promise<MetricsSnapshot> {
    const response = await fetch(`${this.url}/proxy-metrics`);
    return (await response.json()) as MetricsSnapshot;
  }

  /** So many requests after each other, whatever is answered. */
  async send(count: number, path = '/'): Promise<void> {
    for (let i = 0; i < count; i++) {
      const response = await fetch(this.url + path);
      await response.arrayBuffer();
    }
  }
}
