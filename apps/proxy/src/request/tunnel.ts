import type { Duplex } from 'node:stream';
import { viaValue } from '../http/hop-by-hop.ts';
import { findField, type RawFields } from '../http/raw-fields.ts';
import type { Exchange, Stage } from './exchange.ts';
import { interimFields } from './response-fields.ts';
import { SilenceWatch } from './silence-watch.ts';

/**
 * Answers 101 and joins the two connections (RFC 9110 section 7.8) until both have ended, one broke, or
 * no byte went either way for `--tunnel-idle-timeout`. Each side may end first and go on listening.
 */
export function runTunnel(
  exchange: Exchange,
  raw: RawFields,
  upstreamSocket: Duplex,
): Promise<void> {
  const client = exchange.client.switchProtocols(switchingFields(exchange, raw));
  return new Promise((resolve) => new Tunnel(exchange, client, upstreamSocket, resolve).open());
}

/** As a timer it bounds the silence of both sides. */
class Tunnel extends SilenceWatch implements Stage {
  readonly #exchange: Exchange;
  readonly #client: Duplex;
  readonly #upstream: Duplex;
  readonly #onClosed: () => void;
  #open = 2;

  constructor(exchange: Exchange, client: Duplex, upstream: Duplex, onClosed: () => void) {
    super(exchange.instance.wheel);
    this.#exchange = exchange;
    this.#client = client;
    this.#upstream = upstream;
    this.#onClosed = onClosed;
  }

  get doing() {
    return 'tunnel' as const;
  }

  open(): void {
    const exchange = this.#exchange;
    const { upgradeHead } = exchange.client;
    exchange.stage = this;
    // Opened for HTTP, where the other side's end is the end.
    this.#upstream.allowHalfOpen = true;
    if (upgradeHead.length > 0) {
      exchange.bytesReceived += upgradeHead.length;
      this.#upstream.write(upgradeHead);
    }
    this.#join(this.#client, this.#upstream, (bytes) => {
      exchange.bytesReceived += bytes;
    });
    this.#join(this.#upstream, this.#client, (bytes) => {
      exchange.bytesSent += bytes;
    });
    this.start(exchange.settings.tunnelIdleTimeoutMs);
  }

  interrupt(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  protected override onSilence(): void {
    this.#exchange.detail = 'nothing went through the tunnel (--tunnel-idle-timeout)';
    this.interrupt();
  }

  #join(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
    from.on('data', (chunk: Buffer) => {
      this.touch();
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
    this.stop();
    this.#exchange.onTunnelClosed();
    this.#onClosed();
  }
}

function switchingFields(exchange: Exchange, raw: RawFields): string[] {
  const fields = interimFields(raw);
  const protocol = findField(raw, 'upgrade');
  if (protocol !== null) fields.push('upgrade', protocol);
  fields.push('via', viaValue('1.1', exchange.instance.pseudonym), 'x-request-id', exchange.id);
  return fields;
}
