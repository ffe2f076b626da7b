// Clients in a process of their own: `clients.ts KIND CONNECTIONS PORT`. Told a number of seconds, it counts for so long.
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { eventMark, pathOfEvents, pathOfMessages } from '../upstream/marks.ts';
import type { ClientKind } from './start-clients.ts';

const [kind = '', connections = '', port = ''] = process.argv.slice(2);
const fields = 'Host: bench\r\nUser-Agent: bench\r\n';
const upgradeFields =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

const requests: Record<ClientKind, string> = {
  idle: `GET /bytes/100 HTTP/1.1\r\n${fields}\r\n`,
  events: `GET ${pathOfEvents} HTTP/1.1\r\n${fields}Accept: text/event-stream\r\n\r\n`,
  messages: `GET ${pathOfMessages} HTTP/1.1\r\n${fields}${upgradeFields}\r\n`,
};
/** A text frame of 64 bytes, as a client masks it (RFC 6455 section 5.3): with zeros. */
const message = Buffer.concat([
  Buffer.from([0x81, 0x80 | 64, 0, 0, 0, 0]),
  Buffer.alloc(63, 'x'),
  Buffer.from(eventMark),
]);
const mark = eventMark.charCodeAt(0);

let units = 0;
let failures = 0;
let times: number[] = [];

function countMarks(bytes: Buffer): number {
  let marks = 0;
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) marks++;
  return marks;
}

/** Resolves with the first bytes, which have to be the head of the right response. */
function open(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      socket.write(message);
    };
    const onBytes = (bytes: Buffer) => {
      const marks = countMarks(bytes);
      if (marks === 0) return;
      units += marks;
      if (kind !== 'messages') return;
      times.push(performance.now() - sentAt);
      send();
    };
    socket.write(requests[kind as ClientKind]);
    socket.once('data', (head) => {
      const status = kind === 'messages' ? 'HTTP/1.1 101' : 'HTTP/1.1 200';
      if (!head.toString('latin1').startsWith(status)) {
        reject(new Error(`not ${status}: ${head.toString('latin1').slice(0, 200)}`));
        return;
      }
      socket.on('data', onBytes);
      if (kind === 'messages') send();
      resolve();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      failures += 1;
      reject(new Error('closed'));
    });
  });
}

const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

for (let opened = 0; opened < Number(connections); opened += 50) {
  await Promise.all(Array.from({ length: Math.min(50, Number(connections) - opened) }, open));
}
process.on('message', async (seconds: number) => {
  const before = { units, failures, at: performance.now() };
  times = [];
  await delay(seconds * 1000);
  const sorted = times.sort((a, b) => a - b);
  process.send?.({
    units: units - before.units,
    seconds: (performance.now() - before.at) / 1000,
    p50Ms: at(sorted, 0.5),
    p99Ms: at(sorted, 0.99),
    failures: failures - before.failures,
  });
});
process.send?.('ready');
