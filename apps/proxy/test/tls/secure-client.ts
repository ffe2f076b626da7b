import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { ByteReader } from '../kit/byte-reader.ts';
import { type RawResponse, readResponse } from '../kit/raw-message.ts';

/** A client in bytes, within TLS. */
export class SecureClient {
  readonly socket: TLSSocket;
  readonly reader: ByteReader;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    this.reader = new ByteReader(socket);
  }

  /** Hands shaken; destroyed when the test is over. Rejects where the handshake fails. */
  static async connect(options: ConnectionOptions): Promise<SecureClient> {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', ...options });
    const client = new SecureClient(socket);
    await once(socket, 'secureConnect');
    onTestFinished(() => {
      socket.destroy();
    });
    return client;
  }

  send(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }

  readResponse(method = 'GET'): Promise<RawResponse> {
    return readResponse(this.reader, method);
  }

  /** Of the certificate that the proxy presented. */
  get names(): string | undefined {
    return this.socket.getPeerX509Certificate()?.subjectAltName;
  }
}
