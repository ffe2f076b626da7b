import type { Client } from '../front/client.ts';
import { readBufferBytes } from '../system/read-buffers.ts';
import { giveBack } from '../system/spare-memory.ts';
import type { HeldMemory } from './held-memory.ts';

/** A chunk's own objects: where chunks are single bytes, they are nearly all that it takes. */
const overheadBytes = 128;

/**
 * What has come of an answer and its client is not ready for: held so that the upstream can be done with
 * it, until it is `--response-buffer`, and within what all answers may hold. Room for what comes next is
 * taken before it comes: it can't be refused any more then.
 */
export class HeldAnswer {
  readonly #limitBytes: number;
  readonly #memory: HeldMemory;
  readonly #chunks: Buffer[] = [];
  /** Of the chunks, with what each takes besides. */
  #bytes = 0;
  /** Taken from the memory: for the chunks, and the room for the next one. */
  #takenBytes = 0;

  constructor(limitBytes: number, memory: HeldMemory) {
    this.#limitBytes = limitBytes;
    this.#memory = memory;
  }

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length + overheadBytes;
  }

  /** Takes room for another chunk of an answer of which so many bytes are to come; false: there is none. */
  makeRoom(comingBytes: number): boolean {
    const nextBytes =
      comingBytes === 0 ? 0 : Math.min(comingBytes, readBufferBytes) + overheadBytes;
    const wantedBytes = this.#bytes + nextBytes;
    const room = nextBytes === 0 || this.#bytes < this.#limitBytes;
    if (room && this.#memory.take(wantedBytes - this.#takenBytes)) {
      this.#takenBytes = wantedBytes;
      return true;
    }
    this.#giveBackRest();
    return false;
  }

  /** Passes on what the client takes; false when it has enough for now. */
  writeTo(client: Pick<Client, 'write'>): boolean {
    let wantsMore = true;
    for (let chunk = this.#next(); chunk !== undefined; chunk = this.#next()) {
      wantsMore = client.write(chunk);
      giveBack(chunk);
      if (!wantsMore) break;
    }
    this.#giveBackRest();
    return wantsMore;
  }

  /** Nobody takes it any more. */
  drop(): void {
    this.#chunks.length = 0;
    this.#bytes = 0;
    this.#giveBackRest();
  }

  #next(): Buffer | undefined {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) this.#bytes -= chunk.length + overheadBytes;
    return chunk;
  }

  #giveBackRest(): void {
    if (this.#takenBytes <= this.#bytes) return;
    this.#memory.giveBack(this.#takenBytes - this.#bytes);
    this.#takenBytes = this.#bytes;
  }
}
