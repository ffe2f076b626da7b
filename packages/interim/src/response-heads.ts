/** What a status line begins with, up to the byte behind the status: `HTTP/1.1 200 `. */
const statusLineBytes = 13;
const protocol = Buffer.from('HTTP/1.');
const [space, cr, lf] = [0x20, 0x0d, 0x0a];
const [zero, one, nine] = [0x30, 0x31, 0x39];
const nothing: Buffer = Buffer.alloc(0);

/** 100 Continue without end would keep a request waiting for its response for ever. */
const mostSkippedBytes = 64 * 1024;

/**
 * Where the bytes of a response are: its status line is to come, they are in the head of a 100, which is left
 * out, in that of another interim response, which passes, or of no interest until the next request.
 */
type Place = 'status_line' | 'continue' | 'interim' | 'passing';

/**
 * Follows the heads of a response up to the final one and leaves out those with status 100 (RFC 9110 section
 * 15.2: a client must be able to parse interim responses that it did not ask for). What is no HTTP passes as it
 * is, for the parser to refuse.
 */
export class ResponseHeads {
  readonly #onContinue: () => void;
  #place: Place = 'status_line';
  /** The begin of a status line whose rest has not come yet. */
  #held = nothing;
  /** Line ends in a row; two end a head. */
  #lineEnds = 0;
  #skippedBytes = 0;
  #answered = false;

  /** `onContinue`: a 100 was left out. */
  constructor(onContinue: () => void) {
    this.#onContinue = onContinue;
  }

  /** Whether a status line of HTTP/1 has come since the last request. */
  get answered(): boolean {
    return this.#answered;
  }

  /** A request is about to be written: what comes next is the head of its response. */
  expect(): void {
    this.#place = 'status_line';
    this.#held = nothing;
    this.#skippedBytes = 0;
    this.#answered = false;
  }

  /** What of these bytes is to be parsed. */
  take(chunk: Buffer): Buffer {
    if (this.#place === 'passing') return chunk;
    if (this.#held.length === 0) return this.#follow(chunk);
    const whole = Buffer.concat([this.#held, chunk]);
    this.#held = nothing;
    return this.#follow(whole);
  }

  /** The connection has ended: what was held back. */
  end(): Buffer {
    const held = this.#held;
    this.#held = nothing;
    this.#place = 'passing';
    return held;
  }

  #follow(bytes: Buffer): Buffer {
    const passed: Buffer[] = [];
    let from = 0;
    let at = 0;
    while (at < bytes.length && this.#place !== 'passing') {
      if (this.#place === 'status_line') {
        at = this.#readStatusLine(bytes, at);
        if (this.#held.length > 0 || this.#inContinue) passed.push(bytes.subarray(from, at));
        if (this.#held.length > 0) from = at = bytes.length;
        else if (this.#inContinue) from = at;
      } else {
        const skipped = this.#inContinue;
        at = this.#readHead(bytes, at);
        if (skipped) from = at;
      }
    }
    // The usual case: one chunk, and nothing taken out of it.
    if (from === 0) return bytes;
    passed.push(bytes.subarray(from));
    return Buffer.concat(passed);
  }

  get #inContinue(): boolean {
    return this.#place === 'continue';
  }

  /** Where the status line begins; its kind is then known, or what there is of it held. */
  #readStatusLine(bytes: Buffer, at: number): number {
    // RFC 9112 section 2.2: an empty line may come before it.
    while (bytes[at] === cr || bytes[at] === lf) at++;
    if (!beginsLikeStatusLine(bytes, at)) {
      this.#place = 'passing';
    } else if (bytes.length - at < statusLineBytes) {
      this.#held = bytes.subarray(at);
    } else {
      this.#answered = true;
      this.#lineEnds = 0;
      this.#place = this.#placeBehind(bytes, at);
    }
    return at;
  }

  #placeBehind(bytes: Buffer, at: number): Place {
    if (bytes[at + 9] !== one) return 'passing';
    const status = bytes.toString('latin1', at + 9, at + 12);
    // Behind a 101 comes another protocol.
    if (status === '101') return 'passing';
    if (status !== '100') return 'interim';
    return this.#skippedBytes > mostSkippedBytes ? 'passing' : 'continue';
  }

  /** Where the head ends, or the bytes. */
  #readHead(bytes: Buffer, at: number): number {
    const begin = at;
    while (at < bytes.length && this.#lineEnds < 2) {
      const byte = bytes[at++];
      if (byte === lf) this.#lineEnds++;
      else if (byte !== cr) this.#lineEnds = 0;
    }
    if (this.#inContinue) this.#skippedBytes += at - begin;
    if (this.#lineEnds === 2) {
      if (this.#inContinue) this.#onContinue();
      this.#place = 'status_line';
    } else if (this.#skippedBytes > mostSkippedBytes) {
      this.#place = 'passing';
    }
    return at;
  }
}

/** As far as the bytes go; all of it when there are enough. */
function beginsLikeStatusLine(bytes: Buffer, at: number): boolean {
  const end = Math.min(bytes.length - at, statusLineBytes);
  for (let i = 0; i < end; i++) {
    if (!fits(bytes[at + i] as number, i)) return false;
  }
  return true;
}

function fits(byte: number, i: number): boolean {
  if (i < protocol.length) return byte === protocol[i];
  if (i === 7) return byte === zero || byte === one;
  if (i === 8) return byte === space;
  if (i === 9) return byte >= one && byte <= nine;
  if (i < 12) return byte >= zero && byte <= nine;
  return byte === space || byte === cr || byte === lf;
}
