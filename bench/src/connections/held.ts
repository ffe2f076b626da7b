import { connect, type Socket } from 'node:net';

/** Opened at a time: more would overflow the backlog of whoever listens. */
const together = 200;

/** Opens connections that ask for `path`, and waits until each has begun to be answered. */
export async function holdConnections(
  port: number,
  count: number,
  path: string,
): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const more = Math.min(together, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: more }, () => open(port, path)))));
  }
  return sockets;
}

function open(port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
    socket.once('data', (head: Buffer) => {
      if (head.toString('latin1', 9, 12) === '200') resolve(socket);
      else reject(new Error(`answered ${head.toString('latin1', 0, 40)}`));
      socket.off('error', reject).on('error', () => {});
      // What else comes is read, and of no interest.
      socket.on('data', () => {});
    });
  });
}
