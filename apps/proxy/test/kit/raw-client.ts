import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { ByteReader, type Ending } from './byte-reader.ts';
import { type RawResponse, readResponse } from './raw-message.ts';

export type Bytes = string | Buffer;

/** Text as the bytes it stands for: one each, by Latin-1. */
export const bytesOf = (data: Bytes): Buffer =>
  typeof data === 'string' ? Buffer.from(data, 'latin1') : data;

/** A client in bytes: no library stands between the test and the wire. */
export class RawClient {
  readonly socket: Socket;
  readonly reader: ByteReader;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.reader = new ByteReader(socket);
  }

  /** Connected; destroyed when the test is over. */
  static async connect(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const client = await RawClient.open(port, host);
    onTestFinished(() => client.destroy());
    return client;
  }

  /** Connected; whoever opens it destroys it. */
  static open(port: number, host = '127.0.0.1'): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, noDelay: true, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** Resolves once the bytes are with the kernel. */
  send(data: Bytes): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytesOf(data), () => resolve()));
  }

  /** Each piece in a packet of its own, which a proxy of this process reads before the next one is sent. */
  async sendPieces(...pieces: readonly Bytes[]): Promise<void> {
    for (const piece of pieces) {
      await this.send(piece);
      // The first one comes before the event loop polls, the second one behind it.
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The next answer, interim ones included; `method` is what it answers. */
  readResponse(method = 'GET'): Promise<RawResponse> {
    return readResponse(this.reader, method);
  }

  /** How the proxy ended the connection; anything that comes until then is left in `reader.unread`. */
  async closed(): Promise<Ending> {
    const rest = await this.reader.toEnd('the end of the connection');
    if (rest.length > 0) throw new Error(`more bytes: ${JSON.stringify(rest.toString('latin1'))}`);
    return this.reader.ending;
  }

  /** Ends our side; the proxy's may go on (half-close). */
  end(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
