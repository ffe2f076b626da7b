import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const failingPath = '/fails';

const body = Buffer.alloc(1024, 'spillway ');

/** Answers at once, with 500 where it is asked to, and knows without asking anybody how often it did. */
export class CountedUpstream {
  answered = 0;
  readonly #server = createServer((req, res) => {
    this.answered += 1;
    const status = req.url === failingPath ? 500 : 200;
    res.writeHead(status, {
      'content-type': 'application/octet-stream',
      'content-length': body.length,
    });
    res.end(body);
  });

  async start(): Promise<number> {
    this.#server.keepAliveTimeout = 0;
    this.#server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
