import type { Socket } from 'node:net';
import { patienceMs, within } from './waiting-line.ts';

/** How the peer's side of a connection ended: in order (FIN), or torn down (RST). */
export type Ending = 'open' | 'fin' | 'reset';

/** The connection ended where more was due. */
export class BrokenOff extends Error {
  readonly ending: Ending;

  constructor(ending: Ending, what: string, received: Buffer) {
    super(`${ending} instead of ${what}; received ${JSON.stringify(received.toString('latin1'))}`);
    this.name = 'BrokenOff';
    this.ending = ending;
  }
}

/** Reads a socket as bytes: every one that came, in order, and how the connection ended. */
export class ByteReader {
  ending: Ending = 'open';
  readonly #received: Buffer[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.#received.push(bytes);
      this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
      this.#tell();
    });
    socket.on('end', () => this.#end('fin'));
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('reset'));
  }

  /** All bytes since the connection stood. */
  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Bytes that came and were not read yet. */
  get unread(): Buffer {
    return this.#unread;
  }

  /** The bytes up to the delimiter, which is left out. */
  async until(delimiter: string, what: string): Promise<Buffer> {
    for (;;) {
      const at = this.#unread.indexOf(delimiter, 0, 'latin1');
      if (at !== -1) {
        const bytes = this.#take(at);
        this.#take(delimiter.length);
        return bytes;
      }
      await this.#more(what);
    }
  }

  /** Until these bytes have come; nothing is taken. */
  async sees(text: string, what: string): Promise<void> {
    while (!this.#unread.includes(text, 0, 'latin1')) await this.#more(what);
  }

  async exactly(length: number, what: string): Promise<Buffer> {
    while (this.#unread.length < length) await this.#more(what);
    return this.#take(length);
  }

  /** Whatever there is, at least one byte. */
  async some(what: string): Promise<Buffer> {
    while (this.#unread.length === 0) await this.#more(what);
    return this.#take(this.#unread.length);
  }

  /** Everything until the connection ends, however it ends. */
  async toEnd(what: string, ms = patienceMs): Promise<Buffer> {
    while (this.ending === 'open') await this.#next(what, ms);
    return this.#take(this.#unread.length);
  }

  /** False when the peer ended the connection before another byte; waits as long as it takes. */
  async hasMore(): Promise<boolean> {
    while (this.#unread.length === 0) {
      if (this.ending !== 'open') return false;
      await this.#news();
    }
    return true;
  }

  async #more(what: string): Promise<void> {
    if (this.ending !== 'open') throw new BrokenOff(this.ending, what, this.#unread);
    await this.#next(what);
  }

  #next(what: string, ms = patienceMs): Promise<void> {
    const soFar = () => JSON.stringify(this.received.subarray(-2000).toString('latin1'));
    return within(this.#news(), () => `${what} (received so far: ${soFar()})`, ms);
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #take(length: number): Buffer {
    const bytes = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return bytes;
  }

  #end(ending: Ending): void {
    if (this.ending !== 'open') return;
    this.ending = ending;
    this.#tell();
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
