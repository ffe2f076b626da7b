import { connect, type Socket } from 'node:net';

/** All that a server sends on one connection, and how it ended. */
export interface RawAnswer {
  text: string;
  bytes: Buffer;
  end: 'fin' | 'reset';
}

/** Sends bytes as they are and collects until the other side ends the connection. */
export function exchangeRaw(
  port: number,
  request: string,
  { endAfterSending = false } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const chunks: Buffer[] = [];
    const done = (end: 'fin' | 'reset') => {
      const bytes = Buffer.concat(chunks);
      resolve({ text: bytes.toString('latin1'), bytes, end });
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => done('fin'));
    socket.on('error', () => done('reset'));
    if (endAfterSending) socket.end(request);
    else socket.write(request);
  });
}

export function get(path: string, extra = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: backend\r\n${extra}\r\n`;
}

/** A connection that has sent a request and whose answer nobody reads yet. */
export function sendRaw(port: number, request: string): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write(request);
  return socket;
}
