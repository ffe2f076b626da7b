import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { BrokenOff, ByteReader, type Ending } from './byte-reader.ts';
import { type Bytes, bytesOf } from './raw-client.ts';
import { type RawRequest, readRequest, Truncated } from './raw-message.ts';
import { WaitingLine } from './waiting-line.ts';

/** One connection of the proxy to its upstream, played in bytes. */
export class UpstreamConnection {
  readonly socket: Socket;
  readonly reader: ByteReader;
  /** Requests read so far. */
  readonly requests: RawRequest[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    this.reader = new ByteReader(socket);
  }

  /** The next request, head and body by its framing. */
  async readRequest(): Promise<RawRequest> {
    const request = await readRequest(this.reader);
    this.requests.push(request);
    return request;
  }

  /** Resolves once the bytes are with the kernel. */
  send(data: Bytes): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytesOf(data), () => resolve()));
  }

  /** FIN after what was sent. */
  end(data: Bytes = ''): void {
    this.socket.end(bytesOf(data));
  }

  /** RST: what was sent may be lost on the way. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** How the proxy ended the connection. */
  async closed(): Promise<Ending> {
    await this.reader.toEnd('the end of the upstream connection');
    return this.reader.ending;
  }
}

/** What an upstream says to a request; nothing to stay silent. */
export type Respond = (
  request: RawRequest,
  connection: UpstreamConnection,
) => Bytes | undefined | Promise<Bytes | undefined>;

const loopback = '127.0.0.1';

/** An upstream that says exactly the bytes it is told to. */
export class RawUpstream {
  readonly connections: UpstreamConnection[] = [];
  /** What the proxy sent that is no HTTP, or `respond` threw. */
  readonly faults: Error[] = [];
  readonly #server: Server;
  readonly #accepted = new WaitingLine<UpstreamConnection>('a connection to the upstream');
  readonly #requests = new WaitingLine<RawRequest>('a request at the upstream');
  #respond: Respond | null = null;
  #port = 0;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const connection = new UpstreamConnection(socket);
      this.connections.push(connection);
      if (this.#respond === null) this.#accepted.push(connection);
      else this.#converse(connection, this.#respond);
    });
  }

  /** Listens on this port, or a free one; closed when the test is over. */
  static async start(port = 0, host = loopback): Promise<RawUpstream> {
    const upstream = await RawUpstream.open(port, host);
    onTestFinished(() => upstream.close());
    return upstream;
  }

  /** Listens on a free port; whoever opens it closes it. */
  static async open(port = 0, host = loopback): Promise<RawUpstream> {
    const upstream = new RawUpstream();
    upstream.#server.listen(port, host, 4096);
    await once(upstream.#server, 'listening');
    upstream.#port = (upstream.#server.address() as AddressInfo).port;
    return upstream;
  }

  /** Kept beyond `close`, for whoever needs a port that nobody listens on. */
  get port(): number {
    return this.#port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Every request that was read, on all connections, in order of their arrival at `respond`. */
  get requests(): RawRequest[] {
    return this.connections.flatMap(({ requests }) => requests);
  }

  /** Answers every request of every later connection with these bytes. */
  respond(respond: Respond | Bytes): void {
    this.#respond = typeof respond === 'function' ? respond : () => respond;
  }

  /** The next connection that no `respond` was there for. */
  accept(): Promise<UpstreamConnection> {
    return this.#accepted.next();
  }

  /** The next request that `respond` answers. */
  nextRequest(): Promise<RawRequest> {
    return this.#requests.next();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const { socket } of this.connections) socket.destroy();
    await closed;
    if (this.faults.length > 0) throw this.faults[0];
  }

  async #converse(connection: UpstreamConnection, respond: Respond): Promise<void> {
    try {
      while (await connection.reader.hasMore()) {
        const request = await connection.readRequest();
        this.#requests.push(request);
        const answer = await respond(request, connection);
        if (answer !== undefined) await connection.send(answer);
      }
      connection.end();
    } catch (error) {
      // A proxy that left in the middle is the test's to judge.
      const left = error instanceof BrokenOff || error instanceof Truncated;
      if (!left) this.faults.push(error as Error);
      connection.socket.destroy();
    }
  }
}
