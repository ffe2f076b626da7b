import { bytesOfRequest } from '../admission/ask.ts';
import type { ByteReader } from '../kit/byte-reader.ts';
import { BrokenOff } from '../kit/byte-reader.ts';
import { RawClient } from '../kit/raw-client.ts';
import { fieldOf, type RawResponse, Truncated } from '../kit/raw-message.ts';
import type { Ledger, Sight } from './ledger.ts';

/** A kept connection is used for so many requests at most. */
const requestsAConnection = 20;

/** Uniform in [0, 1). */
export type Random = () => number;

/** One client of many: it asks, one request after the other, and writes down what it saw. */
export class Visitor {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly #port: number;
  #kept: RawClient | null = null;
  #asked = 0;

  constructor(port: number, ledger: Ledger, random: Random) {
    this.#port = port;
    this.ledger = ledger;
    this.random = random;
  }

  pick<T>(things: readonly T[]): T {
    return things[Math.floor(this.random() * things.length)] as T;
  }

  /** The kept connection, or a new one. */
  async client(): Promise<RawClient> {
    if (this.#kept !== null && this.#kept.reader.ending !== 'open') this.leave();
    this.#asked += 1;
    if (this.#asked % requestsAConnection === 0) this.leave();
    this.#kept ??= await RawClient.open(this.#port);
    return this.#kept;
  }

  /** A connection that nothing was sent on before. */
  async freshClient(): Promise<RawClient> {
    this.leave();
    return this.client();
  }

  /** A request with an id of its own. */
  request(asking: Parameters<typeof bytesOfRequest>[0]): { id: string; bytes: string } {
    const id = this.ledger.open();
    const fields = { 'X-Request-Id': id, ...asking.fields };
    return { id, bytes: bytesOfRequest({ ...asking, fields }) };
  }

  /** Asks and reads the answer to its end, however it ends; null when it broke off. */
  async ask(asking: Parameters<typeof bytesOfRequest>[0]): Promise<RawResponse | null> {
    const client = await this.client();
    const { id, bytes } = this.request(asking);
    void client.send(bytes);
    return this.read(client, id, asking.method);
  }

  async read(client: RawClient, id: string, method = 'GET'): Promise<RawResponse | null> {
    try {
      const response = await client.readResponse(method);
      this.ledger.saw(id, sightOf(response));
      if (fieldOf(response, 'connection') === 'close') await this.leaveClosed(client.reader);
      return response;
    } catch (error) {
      if (!(error instanceof Truncated || error instanceof BrokenOff)) throw error;
      this.ledger.saw(id, 'cut');
      this.leave();
      return null;
    }
  }

  /** The proxy closes; it must not send anything more. */
  async leaveClosed(reader: ByteReader): Promise<void> {
    const rest = await reader.toEnd('the end of the connection');
    if (rest.length > 0) throw new Error(`more after the last answer: ${rest.toString('latin1')}`);
    this.leave();
  }

  /** In one of the ways in which clients vanish. */
  vanish(): void {
    if (this.random() < 0.5) this.#kept?.reset();
    this.leave();
  }

  leave(): void {
    this.#kept?.destroy();
    this.#kept = null;
  }

  /** Lets others go on for a moment that is long or short. */
  async dawdle(): Promise<void> {
    if (this.random() < 0.3) await new Promise((resolve) => setTimeout(resolve, this.random() * 8));
    for (let turns = this.random() * 6; turns > 1; turns--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function sightOf(response: RawResponse): Sight {
  if (
    fieldOf(response, 'content-type') === 'application/problem+json' &&
    response.body.length > 0
  ) {
    return JSON.parse(response.body.toString()).outcome;
  }
  // An answer to HEAD has no body to say it.
  const details = /details="(\w+)"/.exec(fieldOf(response, 'proxy-status') ?? '')?.[1];
  if (details !== undefined) return details as Sight;
  return response.status >= 500 ? 'upstream_error' : 'whole';
}
