import { ClientPace, type PacedClient } from './client-pace.ts';
import type { Exchange } from './exchange.ts';
import type { RequestBody } from './request-body.ts';

/** From now on the client has to send and read as fast as the configuration asks (RFC 9110 section 15.5.9). */
export function watchPace(exchange: Exchange, body: RequestBody | null): void {
  const { minRequestBodyRateBytes, minResponseRateBytes } = exchange.settings;
  if (minRequestBodyRateBytes === null && minResponseRateBytes === null) return;
  // A tunnel is as slow as what is said in it (--tunnel-idle-timeout).
  if (exchange.client.upgrade !== null) return;
  const least = { sending: minRequestBodyRateBytes, reading: minResponseRateBytes };
  exchange.pace = new ClientPace(exchange.instance.wheel, least, pacedClient(exchange, body));
}

const pacedClient = (exchange: Exchange, body: RequestBody | null): PacedClient => ({
  get waitsFor() {
    // The body is a timer while it waits for its client.
    const sending = body?.scheduled === true;
    return { sending, reading: exchange.settled || exchange.relay?.isBehind === true };
  },
  get bytes() {
    return { sending: exchange.bytesReceived, reading: exchange.client.bytesWritten };
  },
  onTooSlow: (direction) => {
    const detail = direction === 'sending' ? sendsTooSlowly : readsTooSlowly;
    exchange.clientTooSlow(408, detail);
  },
});

const sendsTooSlowly = 'the client sends its body too slowly (--min-request-body-rate)';
const readsTooSlowly = 'the client reads too slowly (--min-response-rate)';
