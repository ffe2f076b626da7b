// The upstream, a process of its own: `upstream.ts PORT`. It has to be cheaper than every proxy, or it would be the limit:
// no more of HTTP than the proxies here send. `x-received` tells how many bytes of body came.
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { eventMark, pathOfEvents, pathOfMessages } from './marks.ts';

const [port = ''] = process.argv.slice(2);
const eventsMs = 200;
/** Streams take turns, so that events don't come all together. */
const turns = 20;

const event = `data: ${'x'.repeat(90)}${eventMark}\n\n`;
const eventChunk = `${event.length.toString(16)}\r\n${event}\r\n`;
const message = Buffer.concat([
  Buffer.from([0x81, 64]),
  Buffer.alloc(63, 'x'),
  Buffer.from(eventMark),
]);
const mark = eventMark.charCodeAt(0);
const accept = createHash('sha1')
  .update('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
  .digest('base64');

const answers = new Map<number, { head: string; body: Buffer; text: string }>();

function answer(socket: Socket, bytes: number, received: number): void {
  let known = answers.get(bytes);
  if (known === undefined) {
    const body = Buffer.alloc(bytes, 'spillway ');
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${bytes}\r\n`;
    known = { head, body, text: bytes > 8192 ? '' : body.toString('latin1') };
    answers.set(bytes, known);
  }
  const head = `${known.head}X-Received: ${received}\r\n\r\n`;
  if (known.text !== '' || bytes === 0) {
    socket.write(head + known.text, 'latin1');
    return;
  }
  socket.cork();
  socket.write(head, 'latin1');
  socket.write(known.body);
  socket.uncork();
}

const streams: Set<Socket>[] = Array.from({ length: turns }, () => new Set());
let turn = 0;
setInterval(() => {
  turn = (turn + 1) % turns;
  for (const socket of streams[turn] as Set<Socket>) socket.write(eventChunk, 'latin1');
}, eventsMs / turns);

let opened = 0;

function stream(socket: Socket): void {
  const others = streams[opened++ % turns] as Set<Socket>;
  others.add(socket);
  socket.on('close', () => others.delete(socket));
  socket.write(
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    'latin1',
  );
}

function upgrade(socket: Socket): void {
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    'latin1',
  );
  socket.removeAllListeners('data');
  socket.on('data', (bytes: Buffer) => {
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
      socket.write(message);
    }
  });
}

function serve(socket: Socket): void {
  let head = '';
  /** Bytes to come of the body. */
  let left = 0;
  let length = 0;
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    let at = 0;
    if (left > 0) {
      at = Math.min(left, chunk.length);
      left -= at;
      if (left > 0) return;
      answer(socket, bytes, length);
      if (at === chunk.length) return;
    }
    head += chunk.toString('latin1', at);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const behind = head.length - end - 4;
    const text = head.slice(0, end);
    head = '';
    const path = text.slice(text.indexOf(' ') + 1, text.indexOf(' HTTP/'));
    if (path === pathOfEvents) {
      stream(socket);
      return;
    }
    if (path === pathOfMessages) {
      upgrade(socket);
      return;
    }
    bytes = Number(path.slice(path.lastIndexOf('/') + 1));
    const declared = text.startsWith('GET') ? null : /\ncontent-length: *(\d+)/i.exec(text);
    length = declared === null ? 0 : Number(declared[1]);
    left = length - behind;
    if (left <= 0) {
      left = 0;
      answer(socket, bytes, length);
    }
  });
  socket.on('error', () => {});
}

createServer({ noDelay: true }, serve).listen({
  port: Number(port),
  host: '127.0.0.1',
  backlog: 4096,
});
