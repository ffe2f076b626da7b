import type { Socket } from 'node:net';
import type { Exchange, Stage } from './exchange.ts';
import { viaValue } from './hop-by-hop.ts';
import { findField, type RawFields } from './raw-fields.ts';
import { interimFields } from './response-fields.ts';
import { type SilenceOwner, SilenceWatch } from './silence-watch.ts';

/**
 * Answers 101 and joins the two connections (RFC 9110 section 7.8) until both have ended, one broke, or
 * no byte went either way for `--tunnel-idle-timeout`. Each side may end first and go on listening.
 */
export function runTunnel(
  exchange: Exchange,
  raw: RawFields,
  upstreamSocket: Socket,
): Promise<void> {
  return new Promise((resolve) => new Tunnel(exchange, upstreamSocket, resolve).open(raw));
}

class Tunnel implements Stage, SilenceOwner {
  readonly #exchange: Exchange;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #onClosed: () => void;
  #open = 2;
  readonly #silence: SilenceWatch;

  constructor(exchange: Exchange, upstream: Socket, onClosed: () => void) {
    this.#exchange = exchange;
    this.#silence = new SilenceWatch(exchange.instance.wheel, this);
    this.#client = exchange.request.socket;
    this.#upstream = upstream;
    this.#onClosed = onClosed;
  }

  get doing() {
    return 'tunnel' as const;
  }

  open(raw: RawFields): void {
    const exchange = this.#exchange;
    const head = exchange.upgradeHead as Buffer;
    exchange.stage = this;
    exchange.response.stopWatching?.();
    exchange.response.detachSocket(this.#client);
    // Opened for HTTP, where the other side's end is the end.
    this.#upstream.allowHalfOpen = true;
    this.#client.write(switchingProtocols(exchange, raw), 'latin1');
    if (head.length > 0) {
      exchange.bytesReceived += head.length;
      this.#upstream.write(head);
    }
    this.#join(this.#client, this.#upstream, (bytes) => {
      exchange.bytesReceived += bytes;
    });
    this.#join(this.#upstream, this.#client, (bytes) => {
      exchange.bytesSent += bytes;
    });
    this.#silence.start(exchange.settings.tunnelIdleTimeoutMs);
  }

  interrupt(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  onSilence(): void {
    this.#exchange.detail = 'nothing went through the tunnel (--tunnel-idle-timeout)';
    this.interrupt();
  }

  #join(from: Socket, to: Socket, count: (bytes: number) => void): void {
    from.on('data', (chunk: Buffer) => {
      this.#silence.touch();
      count(chunk.length);
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      // A side that vanished has nothing more to hear; one that ended in order may still answer.
      if (!from.readableEnded || from.errored) to.destroy();
      else to.end();
      this.#closed();
    });
    from.resume();
  }

  #closed(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    this.#silence.stop();
    this.#exchange.onTunnelClosed();
    this.#onClosed();
  }
}

function switchingProtocols(exchange: Exchange, raw: RawFields): string {
  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  const fields = interimFields(raw);
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`;
  const protocol = findField(raw, 'upgrade');
  if (protocol !== null) head += `upgrade: ${protocol}\r\n`;
  return `${head}connection: upgrade\r\nvia: ${viaValue('1.1', exchange.instance.pseudonym)}\r\nx-request-id: ${exchange.id}\r\n\r\n`;
}
