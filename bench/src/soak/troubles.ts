import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** One client that is a burden, or asks for what the upstream does badly, until its connection is over. */
export interface Trouble {
  readonly name: string;
  play(socket: Socket): Promise<void>;
}

const get = (path: string, fields = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: soak\r\n${fields}\r\n`;
const post = (fields: string, body = ''): string =>
  `POST / HTTP/1.1\r\nHost: soak\r\n${fields}\r\n${body}`;

const aMoment = () => delay(10);

const until = (socket: Socket, event: 'data' | 'close'): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    socket.once(event, () => resolve());
    socket.once('close', () => resolve());
  });

/** Asks, and reads all of the response. */
const asks = (name: string, path: string): Trouble => ({
  name,
  async play(socket) {
    socket.write(get(path, 'Connection: close\r\n'));
    await until(socket, 'close');
  },
});

/** Explicit, as everything here: a new trouble is a few lines. */
export const troubles: readonly Trouble[] = [
  asks('a connection for one request', '/'),
  asks('an upstream that breaks off its response', '/cut'),
  asks('an upstream that resets', '/reset'),
  asks('an upstream that fails', '/fail'),
  asks('an upstream that hangs', '/hang'),
  asks('a response in many parts', '/stream'),
  {
    name: 'leaves while it waits',
    async play(socket) {
      socket.write(get('/slow'));
      await aMoment();
    },
  },
  {
    name: 'resets while it waits',
    async play(socket) {
      socket.write(get('/slow'));
      await aMoment();
      socket.resetAndDestroy();
    },
  },
  {
    name: 'leaves within the response',
    async play(socket) {
      socket.write(get('/stream'));
      await until(socket, 'data');
    },
  },
  {
    name: 'reads slowly, and leaves',
    async play(socket) {
      socket.pause();
      socket.write(get('/large'));
      await delay(200);
    },
  },
  {
    name: 'leaves within its upload',
    async play(socket) {
      socket.write(post('Content-Length: 1000000\r\n', 'x'.repeat(100_000)));
      await aMoment();
    },
  },
  {
    name: 'uploads in chunks, with trailers',
    async play(socket) {
      const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
      socket.write(post('Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n', chunk.repeat(8)));
      await aMoment();
      socket.write('0\r\nX-Sum: 1\r\n\r\n');
      await until(socket, 'data');
    },
  },
  {
    name: 'ends its side behind the request',
    async play(socket) {
      socket.end(get('/'));
      await until(socket, 'close');
    },
  },
  {
    name: 'sends what is no HTTP',
    async play(socket) {
      socket.write('rubbish\r\n\r\n');
      await until(socket, 'close');
    },
  },
  {
    name: 'leaves within the head',
    async play(socket) {
      socket.write('GET / HTTP/1.1\r\nHo');
      await aMoment();
    },
  },
  {
    name: 'pipelines',
    async play(socket) {
      socket.write(get('/').repeat(20) + get('/', 'Connection: close\r\n'));
      await until(socket, 'close');
    },
  },
  {
    name: 'tunnels, and leaves',
    async play(socket) {
      socket.write(get('/', 'Connection: upgrade\r\nUpgrade: echo\r\n'));
      await until(socket, 'data');
      socket.write('hello');
      await until(socket, 'data');
    },
  },
];

/** Longest that one may take; whoever takes longer is left. */
const longestMs = 5000;

/** Plays one of them against a port; resolves when its connection is closed, whatever became of it. */
export async function playTrouble(trouble: Trouble, port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // What is sent to it is read, unless it chose not to.
  socket.on('error', () => {}).on('data', () => {});
  socket.on('end', () => socket.end());
  const timer = setTimeout(() => socket.destroy(), longestMs);
  await trouble.play(socket);
  clearTimeout(timer);
  socket.destroy();
  await closed;
}
