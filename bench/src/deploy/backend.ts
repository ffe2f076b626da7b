import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiMs, beatMs, slowMs } from './scenario.ts';
import { sharedNow, watchStandstills } from './shared-clock.ts';

/** One request at the backend, instants by the shared clock. */
export interface Stay {
  readonly id: string;
  readonly kind: string;
  /** The proxy's process, by its name in Via. */
  readonly via: string;
  readonly from: number;
  until: number;
}

const file = process.argv[2] as string;
const stays: Stay[] = [];
const standstills = watchStandstills();

/** Answers after a while, or streams for as long as it is asked to: both targets are in this one process. */
const servers = [0, 1].map(() =>
  createServer((asked, response) => {
    const [, kind = '', length = ''] = (asked.url as string).split('/');
    const stay: Stay = {
      ...{ id: String(asked.headers['x-request-id']), kind, via: String(asked.headers.via) },
      ...{ from: sharedNow(), until: Infinity },
    };
    stays.push(stay);
    const over = () => {
      stay.until = Math.min(stay.until, sharedNow());
    };
    response.on('close', over);
    if (kind !== 'events') {
      setTimeout(
        () => {
          over();
          response.end('done');
        },
        kind === 'slow' ? slowMs : apiMs,
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = Number(length);
    let n = 0;
    const beat = setInterval(() => {
      left -= 1;
      if (left >= 0) response.write(`data: ${n++}\n\n`);
      else response.end('data: end\n\n');
    }, beatMs);
    response.on('close', () => clearInterval(beat));
  }),
);

for (const server of servers) {
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}
process.send?.({ ports: servers.map((server) => (server.address() as AddressInfo).port) });
process.on('message', () => {
  writeFileSync(file, JSON.stringify({ stays, standstills }));
  process.exit(0);
});
process.on('disconnect', () => process.exit(1));
